"""Forgetting somebody who applies: a draft of nobody else goes, a team goes on without them, nothing names them."""

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.models import Answer, Application, Invitation, JoinRequest, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.models import Call
from registrar.db import Base, DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.people.models import Affiliation, Person
from registrar.people.rules import InstitutionRole
from registrar.privacy import operations
from registrar.tokens import Tokens
from tests import factories
from tests.privacy.test_operations import ADDRESS, NAME, traces

ADA = {"name": "Ada", "role": "", "email": "ada@example.org"}
CANARY = {"name": "C. Birdsong", "role": "curator", "email": ADDRESS}
BY = "staff:1"


@pytest.fixture
def call(db: DbSession) -> Call:
    return factories.call(db)


@pytest.fixture
def canary(db: DbSession) -> Person:
    return factories.person(db, name=NAME, email=ADDRESS)


def erase(db: DbSession, person: Person, now: datetime) -> None:
    db.commit()
    operations.erase(db, person, by=BY, now=now)
    db.commit()


def count(db: DbSession, model: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_a_draft_of_nobody_else_goes_with_its_files(db: DbSession, call: Call, canary: Person, now: datetime) -> None:
    draft = factories.application(db, call, lead=canary)
    factories.answer(db, draft, "people", [CANARY], saved_by_id=canary.id)
    file = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", created_at=now)
    upload = Upload(application_id=draft.id, question="plan", file_id=factories.stored(db, file).id, name=NAME)
    upload.uploaded_at, upload.uploaded_by_id = now, canary.id
    factories.stored(db, upload)

    erase(db, canary, now)

    assert [count(db, each) for each in (Application, Answer, Upload, Person)] == [0, 0, 0, 0]
    assert traces(db) == set()


def test_a_team_goes_on_with_another_lead_who_may_write(
    db: DbSession, call: Call, canary: Person, now: datetime
) -> None:
    draft = factories.application(db, call, lead=canary)
    reader = factories.member(db, draft, factories.person(db), role=TeamRole.READER, joined_at=now)
    editor = factories.member(db, draft, factories.person(db), joined_at=now + timedelta(days=1))
    factories.answer(db, draft, "people", [ADA, CANARY, {"name": NAME.upper()}], saved_by_id=canary.id)
    factories.answer(db, draft, "why", "Because.", saved_by_id=canary.id)
    wanted = {reader.person_id: TeamRole.READER, editor.person_id: TeamRole.LEAD}

    erase(db, canary, now)

    assert dict(db.execute(select(Member.person_id, Member.role)).all()) == wanted
    rows = db.execute(select(Answer.question, Answer.value, Answer.version, Answer.saved_by_id).order_by("question"))
    assert rows.all() == [("people", [ADA], 2, None), ("why", "Because.", 1, None)]
    assert traces(db) == set()


def test_what_was_submitted_stays_the_institutions(db: DbSession, call: Call, canary: Person, now: datetime) -> None:
    counted = {**factories.ANSWERS, "people": [ADA, CANARY]}
    sent = factories.submitted(db, call, lead=canary, counted=counted)
    number = sent.id

    erase(db, canary, now)

    kept = db.get_one(Application, number)
    assert (kept.state, kept.counted) == (Lifecycle.SUBMITTED, {**factories.ANSWERS, "people": [ADA]})
    assert count(db, Member) == 0
    assert traces(db) == set()


def test_others_no_longer_name_them_by_their_address(db: DbSession, call: Call, canary: Person, now: datetime) -> None:
    theirs = factories.application(db, call, lead=factories.person(db))
    factories.answer(db, theirs, "people", [ADA, {**CANARY, "email": f" {ADDRESS.upper()} "}, {"name": NAME}])

    erase(db, canary, now)

    assert db.scalars(select(Answer.value)).one() == [ADA, {"name": NAME}]
    assert count(db, Member) == 1


def everywhere(db: DbSession, call: Call, person: Person, now: datetime) -> None:
    """Note the person in every table about applications that can hold one."""
    draft = factories.application(db, call, lead=factories.person(db))
    factories.member(db, draft, person)
    who = {"email": ADDRESS, "email_key": person.email_key, "locale": "en", "timezone": "Europe/Paris"}
    invitation = factories.stored(db, Invitation(call_id=call.id, created_at=now, mail_number=1, **who))
    enqueue(db, NewMail(key="apply:1:1", kind="applications.begin", invitation_id=invitation.id), now=now)
    enqueue(db, NewMail(key="a", kind="applications.link", person_id=person.id, application_id=draft.id), now=now)
    factories.stored(db, JoinRequest(application_id=draft.id, person_id=person.id, asked_at=now))
    affiliation = Affiliation(institution_id=draft.institution_id, person_id=person.id, created_at=now)
    affiliation.role = InstitutionRole.CONTACT
    factories.stored(db, affiliation)
    factories.answer(db, draft, "why", "Because.", saved_by_id=person.id)
    file = StoredFile(sha256="0" * 64, size=1, media_type="application/pdf", created_at=now)
    upload = Upload(application_id=draft.id, question="plan", file_id=factories.stored(db, file).id, name="a.pdf")
    upload.uploaded_at, upload.uploaded_by_id = now, person.id
    factories.stored(db, upload)
    db.commit()


def test_invitations_requests_and_their_mails_go_too(db: DbSession, call: Call, canary: Person, now: datetime) -> None:
    everywhere(db, call, canary, now)

    erase(db, canary, now)

    assert [count(db, each) for each in (Invitation, JoinRequest, Affiliation, OutboxMail)] == [0, 0, 0, 0]
    assert traces(db) == set()


def test_the_export_tells_of_every_part_and_of_no_other_persons(
    app: Flask, db: DbSession, call: Call, canary: Person, tokens: Tokens, now: datetime
) -> None:
    everywhere(db, call, canary, now)
    sent = factories.submitted(db, call, lead=factories.person(db, name="Somebody Else"))
    factories.member(db, sent, canary)

    found = json.loads(json.dumps(operations.export(db, tokens, canary, now=now)))

    rows = {part["table"]: part["rows"] for part in found["held"]}
    applying = ("affiliation", "application_invitation", "answer", "upload", "application_join_request")
    assert [len(rows[table]) for table in applying] == [1, 1, 1, 1, 1]
    assert [len(rows[table]) for table in ("application", "application_member", "outbox")] == [2, 2, 2]
    assert "Somebody Else" not in json.dumps(found)
