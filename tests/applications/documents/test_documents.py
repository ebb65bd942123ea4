"""A team keeps its own application as PDF and JSON; what others may read of it is left out for them."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from registrar.applications.documents.contents import Reader
from registrar.applications.documents.json_file import as_json
from registrar.applications.documents.pdf import pdf
from registrar.applications.documents.sources import Document, document
from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import enter

WORDS = "Καλημέρα, Привет, çà et là, 漢字 🙂 \u200f\u0007\n\n– " + "a long line " * 60


@pytest.fixture
def submitted(db: DbSession, ana: Person, now: datetime) -> Application:
    """Ana's submitted application, with a file."""
    museum = factories.institution(db, name="Musée du Sel")
    found = factories.submitted(db, factories.call(db), lead=ana, institution_id=museum.id)
    file = factories.stored(
        db, StoredFile(sha256="ab" * 32, size=1_250_000, media_type="application/pdf", created_at=now)
    )
    upload = Upload(application_id=found.id, question="plan", file_id=file.id, name="Plan α.pdf", uploaded_at=now)
    number = factories.stored(db, upload).id
    found.counted = {**(found.counted or {}), "why": WORDS, "plan": [number]}
    db.commit()
    return found


def letters(content: bytes) -> set[str]:
    """Return the letters that a PDF of ours uses, by the tables of its fonts."""
    return {chr(int(code, 16)) for code in re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4})>", content)}


def gathered(db: DbSession, application: Application, reader: Reader = Reader.TEAM) -> Document:
    return document(db, application, reader=reader, zone="Europe/Paris")


def test_a_team_gets_its_application_as_pdf(client: Client, submitted: Application) -> None:
    answer = client.get(f"/applications/{submitted.reference}/document.pdf")

    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={submitted.reference}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set("Καλημέρα, Привет, çà et là") <= letters(answer.data)


def test_letters_that_no_font_has_become_squares(db: DbSession, submitted: Application, context: None) -> None:
    used = letters(pdf(gathered(db, submitted), now=factories.NOW))

    assert ("□" in used, "漢" in used) == (True, False)


def test_a_team_gets_its_application_as_json(client: Client, submitted: Application, ana: Person) -> None:
    answer = client.get(f"/applications/{submitted.reference}/document.json")
    told: dict[str, Any] = json.loads(answer.data)

    assert answer.headers["Content-Disposition"] == f"attachment; filename={submitted.reference}.json"
    assert list(told) == [
        *("format", "format_version", "reference", "state", "decision", "call", "institution", "created_at"),
        *("submitted_at", "withdrawn_at", "deadline", "answers_as_of", "form", "language", "team", "sections", "files"),
    ]
    assert (told["state"], told["decision"], told["form"]) == ("submitted", None, {"version": 1})
    assert (told["submitted_at"], told["deadline"]) == ("2027-01-11T09:00:00Z", "2027-01-21T09:00:00Z")
    assert told["institution"] == {"name": "Musée du Sel", "country": "FR"}
    assert told["team"] == [{"name": ana.name, "role": "lead"}]
    you, team = told["sections"]
    assert [each["key"] for each in you["questions"]] == ["why", "new"]
    new = {"key": "new", "type": "yes_no", "label": "Is it new to you?", "answer": True, "text": ["Yes"]}
    assert you["questions"][1] == new
    assert team["questions"][1]["text"] == ["Plan α.pdf"]
    assert [(each["name"], each["size"]) for each in told["files"]] == [("Plan α.pdf", 1_250_000)]


def test_in_french_titles_and_labels_are_french(client: Client, submitted: Application) -> None:
    told = client.get(f"/applications/{submitted.reference}/document.json?lang=fr").json

    assert told is not None
    assert (told["language"], told["sections"][0]["title"]) == ("fr", "Votre institution")
    assert told["sections"][0]["questions"][0]["label"] == "Pourquoi ?"


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_strangers_get_no_document(
    client: Client, db: DbSession, submitted: Application, tokens: Tokens, clock: TestClock, kind: str
) -> None:
    enter(client, tokens, factories.person(db), clock)

    assert client.get(f"/applications/{submitted.reference}/document.{kind}").status_code == 404


def test_a_document_for_blind_reviewers_names_nobody(db: DbSession, submitted: Application, context: None) -> None:
    found = gathered(db, submitted, Reader.BLIND_REVIEWERS)
    told = json.dumps(as_json(found), ensure_ascii=False)

    assert (found.institution, found.people) == ("", ())
    assert [word for word in ("Musée du Sel", "Ana Silva", "Ada", "Plan α") if word in told] == []
    assert pdf(found, now=factories.NOW).startswith(b"%PDF-")


def test_an_empty_draft_makes_a_document(client: Client, application: Application) -> None:
    assert client.get(f"/applications/{application.reference}/document.pdf").status_code == 200
    told = client.get(f"/applications/{application.reference}/document.json").json
    assert told is not None
    assert (told["submitted_at"], told["answers_as_of"], told["files"]) == (None, None, [])
