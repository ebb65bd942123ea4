"""Forms over HTTPS: the token is what counts, because our pages send no Referer."""

import re

import pytest

from tests.conftest import Client

HTTPS = "https://localhost"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def token(client: Client) -> str:
    found = TOKEN.search(client.get("/my/link", base_url=HTTPS).text)
    assert found
    return found[1]


def test_a_form_without_a_referer_is_taken(client: Client, token: str) -> None:
    sent = client.post("/my/link", base_url=HTTPS, data={"csrf_token": token, "email": "ana@museum.example"})
    assert (sent.status_code, sent.location) == (303, "/my/link/sent")


def test_a_form_without_the_token_is_refused(client: Client, token: str) -> None:
    sent = client.post("/my/link", base_url=HTTPS, data={"email": "ana@museum.example"})
    assert sent.status_code == 400
