"""Organisers write letters in the browser: nothing typed is lost, nothing is overwritten, every version stays."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pytest

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.letters import operations, queries
from registrar.letters.models import LetterTemplate
from registrar.letters.rendering import words_of
from registrar.letters.rules import LetterUse
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client
from tests.letters.conftest import GOOD

LETTERS = "/console/mail/letters"
CHANGED = replace(GOOD, subject_en="Another season")
pytestmark = pytest.mark.usefixtures("organiser")


def typed(**given: Any) -> dict[str, Any]:
    return {"name": "New season", "seen": "1", **asdict(GOOD), **given}


def page_of(letter: LetterTemplate) -> str:
    return f"{LETTERS}/{letter.id}"


def test_the_empty_list_says_what_to_do(client: Client) -> None:
    page = client.get(LETTERS).text

    assert "No letter yet" in page
    assert f'href="{LETTERS}/new/campaign"' in page


def test_a_letter_is_written_and_listed(client: Client, db: DbSession, organiser: Staff) -> None:
    answer = send(client, f"{LETTERS}/new/campaign", **typed(seen="0"))

    letter = queries.letters_for(db, LetterUse.CAMPAIGN)[0]
    assert (answer.status_code, answer.location) == (303, page_of(letter))
    newest = queries.newest(db, letter.id)
    assert (words_of(newest), newest.created_by) == (GOOD, f"staff:{organiser.id}")
    assert "New season" in client.get(LETTERS).text
    assert client.get(f"{LETTERS}/new/reminder").status_code == 200


def test_errors_are_shown_and_what_was_typed_stays(client: Client, db: DbSession) -> None:
    answer = send(client, f"{LETTERS}/new/campaign", **typed(body_en="Hello {{ nam }}"))

    assert answer.status_code == 422
    assert "Did you mean “name”?" in answer.text
    assert "Hello {{ nam }}</textarea>" in answer.text
    assert queries.letters_for(db, LetterUse.CAMPAIGN) == []


def test_a_name_that_is_taken_is_told_at_the_field(client: Client, letter: LetterTemplate) -> None:
    answer = send(client, f"{LETTERS}/new/campaign", **typed(subject_en="Typed in vain?"))

    assert answer.status_code == 422
    assert "There is a letter of this name already." in answer.text
    assert 'value="Typed in vain?"' in answer.text


def test_a_change_is_a_new_version(client: Client, db: DbSession, letter: LetterTemplate) -> None:
    answers = [send(client, page_of(letter), **typed(**asdict(CHANGED), seen=str(seen))) for seen in (1, 2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [each.number for each in queries.history(db, letter.id)] == [2, 1]
    assert "Saved; the words are as they were." in client.get(page_of(letter)).text


def test_the_second_of_two_organisers_is_told_and_nothing_is_overwritten(
    client: Client, db: DbSession, letter: LetterTemplate, now: datetime
) -> None:
    operations.save(db, letter, CHANGED, seen=1, by="staff:9", now=now)

    told = send(client, page_of(letter), **typed(subject_en="Mine", name="Renamed"))
    before = (queries.newest(db, letter.id).number, letter.name)
    kept = send(client, page_of(letter), **typed(subject_en="Mine", seen="2"))

    assert (told.status_code, before) == (409, (2, "New season"))
    assert "Somebody else has saved this letter in the meantime." in told.text
    assert "</span>Another season</del>" in told.text
    assert "</span>Mine</ins>" in told.text
    assert 'value="2"' in told.text
    assert (kept.status_code, queries.newest(db, letter.id).subject_en) == (303, "Mine")


def test_warnings_are_shown_without_saving(client: Client, db: DbSession, letter: LetterTemplate) -> None:
    answer = send(client, f"{LETTERS}/check/campaign", **typed(subject_en="COME TODAY"))

    assert "Capital letters look like spam." in answer.text
    assert "<html" not in answer.text
    assert queries.newest(db, letter.id).number == 1


def test_what_is_typed_is_previewed_as_a_real_person(client: Client, db: DbSession) -> None:
    factories.person(db, name="Ama Owusu", email="ama@example.org", timezone="America/New_York")
    fields = typed(body_fr="Bonjour {{ name }}, {{ next_session_at }}", reader="owusu", language="fr")

    mail = send(client, f"{LETTERS}/preview/campaign", **fields)
    text = send(client, f"{LETTERS}/preview/campaign", **fields, **{"as": "text"})

    assert "Bonjour Ama Owusu, mercredi 13 janvier 2027 à 04:00, New York" in mail.text
    assert mail.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert text.mimetype == "text/plain"
    assert "Ama Owusu <ama@example.org>\n" in text.text


def test_a_stored_version_is_shown_with_what_it_changed(
    client: Client, db: DbSession, letter: LetterTemplate, now: datetime
) -> None:
    operations.save(db, letter, CHANGED, seen=1, by="staff:9", now=now)

    page = client.get(f"{page_of(letter)}/versions/2").text
    mail = client.get(f"{page_of(letter)}/versions/1/mail?language=en").text

    assert "</span>A new season</del>" in page
    assert "</span>Another season</ins>" in page
    assert ">A new season</h1>" in mail
    assert '<base target="_blank">' in mail


def test_an_earlier_version_is_used_again(client: Client, db: DbSession, letter: LetterTemplate, now: datetime) -> None:
    operations.save(db, letter, CHANGED, seen=1, by="staff:9", now=now)

    send(client, f"{page_of(letter)}/versions/1/again")

    newest = queries.newest(db, letter.id)
    assert (newest.number, words_of(newest)) == (3, GOOD)


def test_a_letter_is_copied_archived_and_brought_back(client: Client, db: DbSession, letter: LetterTemplate) -> None:
    copied = send(client, f"{page_of(letter)}/duplicate")
    send(client, f"{page_of(letter)}/archive")
    archived = [each.name for each in queries.letters_for(db, LetterUse.CAMPAIGN)]
    listed = client.get(f"{LETTERS}?shelf=archived").text
    send(client, f"{page_of(letter)}/restore")

    assert copied.status_code == 303
    assert archived == ["New season 2"]
    assert f'href="{page_of(letter)}"' in listed
    assert [each.name for each in queries.letters_for(db, LetterUse.CAMPAIGN)] == ["New season", "New season 2"]


@pytest.mark.parametrize("path", ["new/poem", "999", "999/versions/1", "999/versions/1/mail"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"{LETTERS}/{path}").status_code == 404


def test_reviewers_stay_outside(client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    assert client.get(LETTERS).status_code == 403
