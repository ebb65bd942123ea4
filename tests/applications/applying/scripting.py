"""What the script of a page does: send an answer as JSON with the token of its form, ask for changes."""

from typing import Any

from werkzeug.test import TestResponse

from registrar.applications.models import Application
from tests.browsing import csrf_token
from tests.conftest import Client

JSON = {"Accept": "application/json"}


def token_of(client: Client, application: Application, section: str = "you") -> str:
    return csrf_token(client, f"/applications/{application.reference}/sections/{section}")


def save(client: Client, application: Application, question: str, value: Any, seen: int = 0) -> TestResponse:
    """Send one answer as the page does while somebody types."""
    headers = {**JSON, "X-CSRFToken": csrf_token(client)}
    address = f"/applications/{application.reference}/answers/{question}"
    return client.post(address, json={"value": value, "version": seen}, headers=headers)


def changes(client: Client, application: Application, *of: str) -> TestResponse:
    """Ask what others have done."""
    address = f"/applications/{application.reference}/changes"
    return client.get(address, query_string={"of": list(of)}, headers=JSON)


def press(client: Client, application: Application, section: str, **fields: Any) -> TestResponse:
    """Send the form of a section as a browser without JavaScript does."""
    address = f"/applications/{application.reference}/sections/{section}"
    token = csrf_token(client)
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(address, data={"csrf_token": token, **named})
