"""Every route with an address, visited by anybody: what class of answer comes back, and what words it holds."""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registrar.db import Base, DbSession
from registrar.web.access import policy_of
from tests.browsing import csrf_token
from tests.confidentiality.world import World
from tests.conftest import Client

CHANGING = re.compile(rb'(nonce|value)="[^"]{16,}"')
"""What is new in every answer: the nonce of the page's scripts, and the token of its forms."""
NONCE = re.compile(r"'nonce-[^']+'")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
Stored = dict[str, list[tuple[Any, ...]]]


class Answer(StrEnum):
    """What class of answer somebody got."""

    GIVEN = "given"
    """A page, or a form that was sent back: it exists for them."""
    GONE = "gone"
    """It does not exist for them."""
    WAY_IN = "way in"
    """They are asked who they are."""
    REFUSED = "refused"
    """They are somebody else's colleague: not theirs to use."""
    FAULT = "fault"


def answer_of(response: TestResponse) -> Answer:
    if response.status_code >= 500:
        return Answer.FAULT
    if response.status_code == 404:
        return Answer.GONE
    if response.status_code == 403:
        return Answer.REFUSED
    to = response.headers.get("Location", "")
    is_way_in = "/sign-in" in to or "/link" in to
    return Answer.WAY_IN if response.status_code == 401 or is_way_in else Answer.GIVEN


def rules(app: Flask, method: str, *, named: str = "") -> list[Rule]:
    """Return the routes of a method, those that name a thing by `named` if it is given."""
    found = (each for each in app.url_map.iter_rules() if method in (each.methods or ()))
    wanted = (each for each in found if not each.endpoint.endswith("static"))
    return sorted((each for each in wanted if not named or named in each.arguments), key=str)


def address(app: Flask, rule: Rule, world: World, reference: str) -> str:
    """Return an address of a route: that of this application where it speaks of one."""
    known: dict[str, Any] = {"slug": world.call.slug, "reference": reference, "number": world.upload.id}
    known |= {"key": "you", "question": "why", "token": "made-up", "filename": "none", "language": "en"}
    known |= {"person_id": world.bea.id, "programme": "none", "season": "none", "session": "none", "event": "none"}
    known |= {"institution_id": world.other.institution_id, "staff_id": world.organiser.id, "use": "decision"}
    values = {name: known.get(name, 1) for name in rule.arguments}
    return app.url_map.bind("").build(rule.endpoint, values)


def policy(app: Flask, rule: Rule) -> str:
    with app.app_context():
        return policy_of(rule.endpoint)


def get(client: Client, path: str) -> TestResponse:
    return client.get(path, buffered=True)


def post(client: Client, path: str) -> TestResponse:
    """Send an empty form with the token of this browser."""
    return client.post(path, data={"csrf_token": csrf_token(client)}, buffered=True)


def stored(db: DbSession) -> Stored:
    """Return every row of every table."""
    db.rollback()
    tables = Base.metadata.sorted_tables
    return {each.name: [tuple(row) for row in db.execute(select(each).order_by(*each.primary_key))] for each in tables}


def changed(before: Stored, after: Stored) -> list[str]:
    """Return the tables that differ."""
    return [name for name, rows in before.items() if rows != after[name]]


def content(response: TestResponse) -> bytes:
    """Return everything that an answer tells: head, body, and the body of a PDF as it is read."""
    told: bytes = response.data
    if response.mimetype == "application/pdf":
        told += b"".join(_inflated(response.data))
    return told + str(response.headers).encode()


def settled(response: TestResponse, *references: str) -> tuple[int, str, bytes]:
    """Return an answer without what is new in every one, and without the references it was asked for."""
    told = [(name, NONCE.sub("", value)) for name, value in response.headers if name not in ("Set-Cookie", "Date")]
    head, body = str(sorted(told)), CHANGING.sub(b"", response.data)
    for each in references:
        head, body = head.replace(each, ""), body.replace(each.encode(), b"")
    return response.status_code, head, body


def leaks(response: TestResponse, words: tuple[str, ...]) -> list[str]:
    """Return those of the words that an answer holds, in any case."""
    told = content(response).lower()
    return [word for word in words if word.lower().encode() in told]


def _inflated(pdf: bytes) -> Iterator[bytes]:
    for found in STREAM.findall(pdf):
        try:
            yield zlib.decompress(found)
        except zlib.error:
            continue
