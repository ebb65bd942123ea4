"""Public pages may be kept for a while, but never those of a known visitor."""

import pytest

from tests.conftest import Client

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
