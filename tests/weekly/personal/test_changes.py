"""What people change by themselves, and the mails and calendars that tell it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.mail.kinds import Draft, NotNeeded, compose
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import render
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.personal import changes as own_changes
from registrar.weekly.rules import Scope, SeatState
from tests import factories

pytestmark = pytest.mark.usefixtures("context")
BY = "person:1"


@pytest.fixture
def registration(db: DbSession) -> Registration:
    person = factories.person(db, name="Amélie", email="amelie@example.org", timezone="America/New_York", locale="fr")
    return factories.registration(db, factories.series(db), person_id=person.id, reference="ABC123")


@pytest.fixture
def session(db: DbSession, registration: Registration) -> Session:
    return factories.session(db, registration.programme, sequence=4, title_en="Lending", title_fr="Prêter")


@pytest.fixture
def seat(db: DbSession, registration: Registration, session: Session) -> Seat:
    return factories.seat(db, registration, session)


def drafts(db: DbSession, now: datetime) -> list[Draft | Reason]:
    """Compose every mail of the outbox: what would leave, or why it would not."""
    db.commit()
    db.expire_all()
    return [composed(db, mail, now) for mail in db.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def composed(db: DbSession, mail: OutboxMail, now: datetime) -> Draft | Reason:
    try:
        return compose(db, mail, now)
    except NotNeeded as ended:
        return ended.reason


def the_mail(db: DbSession, now: datetime) -> Draft:
    (found,) = drafts(db, now)
    assert isinstance(found, Draft)
    return found


def event_of(draft: Draft) -> tuple[str, Any]:
    assert draft.calendar
    (event,) = Calendar.from_ical(draft.calendar.content).walk("VEVENT")
    return draft.calendar.method, event


def mark_sent(db: DbSession) -> None:
    db.execute(update(OutboxMail).values(state=MailState.SENT))


def test_a_skipped_week_leaves_the_calendar_of_this_person_only(
    db: DbSession, seat: Seat, session: Session, now: datetime
) -> None:
    own_changes.skip(db, seat, by=BY, now=now)

    method, event = event_of(the_mail(db, now))

    assert (method, event["UID"], event["SEQUENCE"], event.get("STATUS")) == ("CANCEL", session.uid, 5, None)
    assert event["ATTENDEE"] == "mailto:amelie@example.org"


def test_a_week_taken_again_comes_back_to_the_same_entry(
    db: DbSession, seat: Seat, session: Session, now: datetime
) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    mark_sent(db)
    own_changes.take_again(db, seat, by=BY, now=now + timedelta(hours=1))

    skipped, returned = drafts(db, now)

    assert skipped is Reason.SUPERSEDED
    assert isinstance(returned, Draft)
    method, event = event_of(returned)
    assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", session.uid, 6)
    assert "/join/" in event["LOCATION"]
    assert "meet.example.org" not in str(returned.calendar)


def test_a_skip_undone_before_its_mail_left_sends_nothing(db: DbSession, seat: Seat, now: datetime) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    db.execute(update(OutboxMail).values(state=MailState.SKIPPED))
    own_changes.take_again(db, seat, by=BY, now=now)

    assert drafts(db, now) == [Reason.SUPERSEDED, Reason.SUPERSEDED]


def test_skipping_twice_is_one_mail_and_one_change(db: DbSession, seat: Seat, now: datetime) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    own_changes.skip(db, seat, by=BY, now=now)

    assert (len(drafts(db, now)), seat.changes) == (1, 1)


def test_no_calendar_comes_when_the_week_taken_again_is_full(
    db: DbSession, seat: Seat, session: Session, now: datetime
) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    session.capacity = 1
    factories.seat(db, factories.registration(db, session.programme), session)

    own_changes.take_again(db, seat, by=BY, now=now)

    assert seat.state is SeatState.WAITING
    assert list(db.scalars(select(OutboxMail.kind))) == ["weekly.skipped"]


def test_a_mail_about_a_session_that_was_cancelled_since_is_not_sent(
    db: DbSession, seat: Seat, session: Session, now: datetime
) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    session.cancelled_at = now

    assert drafts(db, now) == [Reason.SESSION_CANCELLED]


def test_a_farewell_takes_the_next_session_out_of_the_calendar(
    db: DbSession, registration: Registration, seat: Seat, session: Session, now: datetime
) -> None:
    later = factories.session(db, registration.programme, starts_at=session.starts_at + timedelta(weeks=1))
    factories.seat(db, registration, later)

    own_changes.cancel(db, [registration], by=BY, now=now)

    method, event = event_of(the_mail(db, now))
    assert (method, event["UID"], event["SEQUENCE"]) == ("CANCEL", session.uid, 5)


def test_cancelling_twice_is_one_farewell(db: DbSession, registration: Registration, now: datetime) -> None:
    own_changes.cancel(db, [registration], by=BY, now=now)
    own_changes.cancel(db, [registration], by=BY, now=now + timedelta(minutes=1))

    assert len(drafts(db, now)) == 1


def test_who_came_back_gets_no_farewell(db: DbSession, registration: Registration, seat: Seat, now: datetime) -> None:
    own_changes.cancel(db, [registration], by=BY, now=now)
    own_changes.come_back(db, registration, by=BY, now=now)

    assert drafts(db, now) == [Reason.SUPERSEDED]
    assert seat.state is SeatState.CONFIRMED


def test_coming_back_includes_what_was_added_meanwhile_for_the_whole_season_only(
    db: DbSession, registration: Registration, seat: Seat, now: datetime
) -> None:
    own_changes.cancel(db, [registration], by=BY, now=now)
    added = factories.session(db, registration.programme, starts_at=now + timedelta(weeks=2))
    own_changes.come_back(db, registration, by=BY, now=now + timedelta(hours=1))
    in_season = [each.session_id for each in registration.seats]

    chosen = factories.registration(db, registration.programme, scope=Scope.CHOSEN)
    own_changes.cancel(db, [chosen], by=BY, now=now)
    own_changes.come_back(db, chosen, by=BY, now=now + timedelta(hours=1))

    assert sorted(in_season) == sorted([seat.session_id, added.id])
    assert chosen.seats == []


@pytest.mark.usefixtures("seat")
def test_nothing_is_added_to_a_cancelled_registration(
    db: DbSession, registration: Registration, session: Session, now: datetime
) -> None:
    own_changes.cancel(db, [registration], by=BY, now=now)

    for change in (
        lambda: own_changes.add(db, registration, session, by=BY, now=now),
        lambda: own_changes.take_season(db, registration, by=BY, now=now),
    ):
        with pytest.raises(Refusal, match="This registration is cancelled"):
            change()


def test_a_session_that_is_over_cannot_be_added(db: DbSession, registration: Registration, session: Session) -> None:
    with pytest.raises(Refusal, match="over or cancelled"):
        own_changes.add(db, registration, session, by=BY, now=session.ends_at)


def test_every_change_is_in_the_trail(db: DbSession, registration: Registration, seat: Seat, now: datetime) -> None:
    own_changes.skip(db, seat, by=BY, now=now)
    own_changes.take_again(db, seat, by=BY, now=now)
    own_changes.take_season(db, registration, by=BY, now=now)
    own_changes.cancel(db, [registration], by=BY, now=now)
    own_changes.come_back(db, registration, by=BY, now=now)
    db.flush()

    assert list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.id))) == [
        "seat.skip",
        "seat.take_again",
        "registration.take_season",
        "registration.cancel",
        "registration.come_back",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (own_changes.skip, "mercredi 13 janvier 2027 à 12:00"),
        (own_changes.take_again, "mercredi 13 janvier 2027 à 18:00"),
    ],
)
def test_the_letters_are_written_in_the_persons_zone(
    db: DbSession, seat: Seat, now: datetime, change: Any, words: str
) -> None:
    if change is own_changes.take_again:
        seat.state = SeatState.SKIPPED
        db.flush()
    change(db, seat, by=BY, now=now)
    draft = the_mail(db, now)

    letter = render(draft, db.scalars(select(OutboxMail)).one(), now)

    assert (letter.to_name, letter.to_address) == ("Amélie", "amelie@example.org")
    assert words in letter.text
    assert words in letter.html
    assert "meet.example.org" not in letter.text + letter.html


def test_the_farewell_is_a_letter(db: DbSession, registration: Registration, now: datetime) -> None:
    own_changes.cancel(db, [registration], by=BY, now=now)
    letter = render(the_mail(db, now), db.scalars(select(OutboxMail)).one(), now)

    assert "ABC123" in letter.text
    assert f"/weekly/{registration.programme.slug}/sign-up" in letter.html
