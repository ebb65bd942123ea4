"""Public pages may be kept for a while, but never those of a known visitor."""

import re

import pytest
from flask import Flask

from registrar.web import caching
from tests.conftest import Client
from tests.statements import queries

PAGES = ("/", "/archive", "/privacy", "/robots.txt")


@pytest.mark.parametrize(("address", "seconds"), [("/", 20), ("/archive", 300), ("/privacy", 300)])
def test_a_visitor_whom_nobody_knows_may_keep_a_page(client: Client, address: str, seconds: int) -> None:
    assert client.get(address).headers["Cache-Control"] == f"public, max-age={seconds}"


@pytest.mark.parametrize("cookie", ["personal", "session", "anything"])
def test_the_page_of_a_known_visitor_is_theirs_alone(client: Client, cookie: str) -> None:
    client.set_cookie(cookie, "value")

    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_an_answer_that_sets_the_language_is_not_shared(client: Client) -> None:
    answer = client.get("/?lang=fr")

    assert ("lang=fr" in answer.headers["Set-Cookie"], answer.headers["Cache-Control"]) == (True, "private, no-cache")


def test_the_language_belongs_to_the_key_of_a_kept_page(client: Client) -> None:
    kept = {name.strip() for value in client.get("/").headers.getlist("Vary") for name in value.split(",")}

    assert {"Accept-Language", "Cookie"} <= kept


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_did_not_change_is_not_sent_again(client: Client, address: str) -> None:
    tag = client.get(address).headers["ETag"]

    answer = client.get(address, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_each_language_has_its_own_tag(client: Client) -> None:
    tags = {client.get("/privacy", headers={"Accept-Language": each}).headers["ETag"] for each in ("en", "fr")}

    assert len(tags) == 2


def test_what_is_not_found_is_not_kept(client: Client) -> None:
    assert "ETag" not in client.get("/archive/none").headers


@pytest.fixture
def in_service(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker keep pages as it does outside tests."""
    monkeypatch.setitem(app.config, "TESTING", False)
    app.extensions.pop(caching.EXTENSION, None)


def test_a_worker_answers_strangers_with_the_page_it_has_just_made(
    app: Flask, client: Client, in_service: None
) -> None:
    first = client.get("/archive")
    with queries(app) as asked:
        second = client.get("/archive")

    nonces = [re.findall(r"nonce-([^']+)'", answer.headers["Content-Security-Policy"])[0] for answer in (first, second)]
    assert (asked, first.headers["ETag"], second.text) == (
        [], second.headers["ETag"], first.text.replace(nonces[0], nonces[1]),
    )  # fmt: skip
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("known_by", ["cookie", "question", "language"])
def test_a_worker_makes_a_new_page_for_everybody_else(
    app: Flask, client: Client, in_service: None, known_by: str
) -> None:
    client.get("/archive")
    if known_by == "cookie":
        client.set_cookie("personal", "value")
    question = "?q=museum" if known_by == "question" else ""
    with queries(app) as asked:
        client.get(f"/archive{question}", headers={"Accept-Language": "fr" if known_by == "language" else "en"})

    assert asked != []


def test_a_worker_forgets_a_page_that_is_too_old(
    app: Flask, client: Client, in_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/archive")
    monkeypatch.setattr(caching, "OWN_SECONDS", -1.0)
    with queries(app) as asked:
        client.get("/archive")

    assert asked != []


def test_a_worker_keeps_a_bounded_number_of_pages(
    app: Flask, client: Client, in_service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "MOST_PAGES", 2)
    for address in PAGES:
        client.get(address)

    assert [path for path, _ in app.extensions[caching.EXTENSION]] == ["/privacy", "/robots.txt"]
