"""Export tells all, erasure leaves nothing: a canary's name and address are searched in every table."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.audit.models import AuditEntry
from registrar.db import Base, DbSession
from registrar.mail import claims
from registrar.mail.models import BounceReport, LocalMail, MailAttempt, OutboxMail, Suppression
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import OutcomeKind, ReportMethod, ReportState, ReportVerdict, SuppressionReason
from registrar.people.models import Consent, OptOut, Person, PersonTag
from registrar.people.rules import ConsentPurpose
from registrar.privacy import operations
from registrar.tokens import Tokens
from registrar.weekly.models import Registration, Seat, SignUp, Unsubscription
from registrar.weekly.rules import Scope, SeatState, Subscription
from tests import factories

NAME, ADDRESS, INSTITUTION = "Canary Birdsong", "Canary.Bird@example.org", "Museum of Canaries"
TRACES = (NAME, ADDRESS, ADDRESS.casefold(), INSTITUTION)
BY = "person:1"
APPLYING = (
    "affiliation", "application_invitation", "application_member", "application", "answer", "upload",
    "application_join_request",
)  # fmt: skip
"""Tables about applications; see test_applications.py."""


@pytest.fixture
def person(db: DbSession, tokens: Tokens, now: datetime) -> Person:
    """A person of whom there is a row in every table that can hold one."""
    person = factories.person(db, name=NAME, email=ADDRESS, institution=INSTITUTION)
    registration = factories.registration(db, factories.series(db), person_id=person.id, reference="CANARY")
    session = factories.session(db, registration.programme, capacity=1, title_en="Lending")
    factories.seat(db, registration, session)
    factories.attendance(db, registration, session)
    factories.stored(
        db,
        Unsubscription(registration_id=registration.id, subscription=Subscription.NEWS, created_at=now),
    )
    consent = Consent(person_id=person.id, purpose=ConsentPurpose.WEEKLY_MAIL, text_version="1", locale="en")
    consent.given_at = now
    factories.stored(db, consent)
    sign_up = factories.stored(db, sign_up_of(person, registration, now))
    suppression = Suppression(address_hash=tokens.keyed_hash(person.email_key), created_at=now)
    suppression.reason = SuppressionReason.BOUNCE
    factories.stored(db, suppression)
    mails = (
        NewMail(key="of-person", kind="weekly.confirmed", person_id=person.id, context={"name": NAME}),
        NewMail(key="of-sign-up", kind="weekly.confirm", sign_up_id=sign_up.id),
        NewMail(key="of-registration", kind="weekly.moved", registration_id=registration.id),
    )
    enqueue(db, *mails, now=now)
    deliver(db, now)
    factories.stored(db, PersonTag(person_id=person.id, tag=NAME))
    factories.stored(db, OptOut(person_id=person.id, topic="weekly", created_at=now))
    factories.stored(db, report_about(db.scalars(select(OutboxMail.id)).first(), now))
    audit.record(db, f"person:{person.id}", "person.change", person, now=now)
    db.commit()
    return person


def report_about(mail_id: int | None, now: datetime) -> BounceReport:
    return BounceReport(
        fingerprint="1",
        source="pipe",
        received_at=now,
        outbox_id=mail_id,
        verdict=ReportVerdict.UNKNOWN,
        method=ReportMethod.NONE,
        diagnostic="",
        state=ReportState.WAITING,
        raw=f"To: {ADDRESS}".encode(),
    )


def sign_up_of(person: Person, registration: Registration, now: datetime) -> SignUp:
    return SignUp(
        programme_id=registration.programme_id,
        email=person.email,
        email_key=person.email_key,
        name=NAME,
        institution=INSTITUTION,
        timezone="Europe/Paris",
        locale="en",
        scope=Scope.SEASON,
        session_ids=[],
        consent_version="1",
        created_at=now,
        updated_at=now,
        confirmed_at=now,
    )


def deliver(db: DbSession, now: datetime) -> None:
    """Give each mail an attempt and a copy in the local mailbox."""
    for mail in db.scalars(select(OutboxMail)).all():
        attempt = MailAttempt(outbox_id=mail.id, worker="w", ended_at=now, outcome=OutcomeKind.ACCEPTED, text=ADDRESS)
        copy = LocalMail(outbox_id=mail.id, delivered_at=now, recipient=ADDRESS, subject="Hello", raw=NAME.encode())
        factories.stored(db, attempt)
        factories.stored(db, copy)


def traces(db: DbSession) -> set[str]:
    """Return the tables in which the canary's name, address or institution occurs anywhere."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in db.execute(select(table))
        if any(trace in text for trace in TRACES for text in (str(row), *(decoded(value) for value in row)))
    }


def decoded(value: object) -> str:
    return bytes(value).decode() if isinstance(value, bytes | memoryview) else ""


def test_the_canary_is_everywhere_before(db: DbSession, person: Person) -> None:
    assert traces(db) == {"person", "sign_up", "outbox", "local_mail", "mail_attempt", "person_tag", "bounce_report"}


def test_after_erasure_the_person_occurs_in_no_table(db: DbSession, person: Person, now: datetime) -> None:
    operations.erase(db, person, by=BY, now=now)
    db.commit()

    assert traces(db) == set()
    about_people = ("person", "consent", "sign_up", "registration", "seat", "attendance", "unsubscription")
    mail = ("outbox", "local_mail", "mail_attempt")
    tables = Base.metadata.tables
    assert {name: len(db.execute(select(tables[name])).all()) for name in about_people + mail} == dict.fromkeys(
        about_people + mail, 0
    )


def test_the_trail_stays_under_the_number_alone(db: DbSession, person: Person, now: datetime) -> None:
    number = person.id
    operations.erase(db, person, by=f"person:{number}", now=now)
    db.commit()

    entries = db.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id))
    assert [(*entry,) for entry in entries] == [
        (f"person:{number}", "person.change"),
        (f"person:{number}", "registration.cancel"),
        (f"person:{number}", "person.erase"),
    ]


def test_an_address_that_must_get_no_mail_stays_known_by_its_hash(
    db: DbSession, tokens: Tokens, person: Person, now: datetime
) -> None:
    operations.erase(db, person, by=BY, now=now)

    assert list(db.scalars(select(Suppression.address_hash))) == [tokens.keyed_hash(ADDRESS.casefold())]


def test_the_places_go_to_those_who_wait(db: DbSession, person: Person, now: datetime) -> None:
    held = db.scalars(select(Seat)).one()
    waiting = factories.registration(db, held.registration.programme)
    seat = factories.seat(db, waiting, held.session, state=SeatState.WAITING, queue_number=1)

    operations.erase(db, person, by=BY, now=now)
    db.commit()

    assert list(db.scalars(select(Seat.state))) == [SeatState.OFFERED]
    assert list(db.execute(select(OutboxMail.kind, OutboxMail.registration_id))) == [
        ("weekly.offer", seat.registration_id)
    ]


def test_a_mail_in_a_workers_hand_does_not_leave_after_erasure(db: DbSession, person: Person, now: datetime) -> None:
    owner = claims.new_owner()
    held = claims.claim(db, owner, now=now, leased_at=now)
    assert len(held) == 3

    operations.erase(db, person, by=BY, now=now)

    for mail_id in held:
        with pytest.raises(claims.LostClaim):
            claims.mark(db, owner, mail_id, now=now)


def test_others_keep_everything(db: DbSession, person: Person, now: datetime) -> None:
    session = db.scalars(select(Seat)).one().session
    other = factories.registration(db, session.programme)
    factories.seat(db, other, session)
    enqueue(db, NewMail(key="other", kind="weekly.moved", person_id=other.person_id), now=now)

    operations.erase(db, person, by=BY, now=now)
    db.commit()

    assert list(db.scalars(select(Person.id))) == [other.person_id]
    assert list(db.scalars(select(Seat.registration_id))) == [other.id]
    assert list(db.scalars(select(OutboxMail.key))) == ["other"]


def test_the_export_holds_every_row_with_its_meaning(
    db: DbSession, tokens: Tokens, person: Person, now: datetime
) -> None:
    found = json.loads(json.dumps(operations.export(db, tokens, person, now=now)))

    assert {part["table"]: len(part["rows"]) for part in found["held"]} == {
        "person": 1,
        "consent": 1,
        "sign_up": 1,
        "registration": 1,
        "seat": 1,
        "attendance": 1,
        "unsubscription": 1,
        "person_tag": 1,
        "opt_out": 1,
        "bounce_report": 1,
        **dict.fromkeys(APPLYING, 0),
        "outbox": 3,
        "mail_attempt": 3,
        "local_mail": 3,
        "audit_entry": 1,
    }
    assert all(part["meaning"] and all(part["columns"].values()) for part in found["held"])
    assert found["held"][0]["rows"][0]["email"] == ADDRESS
    assert found["no_mail_to_your_address_because"] == "bounce"
    assert [session["title"] for session in found["sessions"]] == ["Lending"]


def test_the_export_holds_nothing_of_others(db: DbSession, tokens: Tokens, person: Person, now: datetime) -> None:
    other = factories.person(db, name="Somebody Else", email="else@example.org")
    registration = factories.registration(db, factories.series(db), person_id=other.id)
    enqueue(db, NewMail(key="else", kind="weekly.moved", registration_id=registration.id), now=now)

    text = json.dumps(operations.export(db, tokens, person, now=now))

    assert [word for word in ("Somebody Else", "else@example.org", '"else"') if word in text] == []
