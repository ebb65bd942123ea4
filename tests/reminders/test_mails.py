"""What reminders say, and why some of them are not sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.kinds import NotNeeded, compose, slot
from registrar.mail.message import Letter
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rendering import render
from registrar.mail.rules import Reason
from registrar.programmes.models import Programme, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import SpeakerPart
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor
from registrar.weekly.models import Attendance, Seat, Unsubscription
from registrar.weekly.rules import AttendanceSource, SeatState, Subscription
from tests import factories

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("context")
Change = Callable[[DbSession, Seat, OutboxMail], Any]


@pytest.fixture
def session(db: DbSession, programme: Programme) -> Session:
    session = factories.session(db, programme, starts_at=START, title_en="Lending <digital> works", title_fr="Prêter")
    speaker = factories.stored(db, Speaker(name="Inês Duarte", affiliation="Museu do Rio"))
    db.add(SessionSpeaker(session_id=session.id, speaker_id=speaker.id, part=SpeakerPart.SPEAKER, position=0))
    return session


@pytest.fixture
def seat(db: DbSession, programme: Programme, session: Session) -> Seat:
    person = factories.person(db, name="Ana Silva", timezone="America/New_York")
    return factories.seat(db, factories.registration(db, programme, person_id=person.id), session)


def reminder(db: DbSession, seat: Seat, lead: timedelta = HOUR) -> OutboxMail:
    rule = db.scalars(select(ReminderRule).where(ReminderRule.lead == lead)).one()
    kind = "reminders.follow_up" if rule.anchor is Anchor.PUBLISHED else "reminders.before"
    due = (seat.session.published_at or START) if rule.anchor is Anchor.PUBLISHED else START - lead
    mail = NewMail(
        key="reminder", kind=kind, due_at=due, expires_at=due + 7 * DAY, registration_id=seat.registration_id,
        session_id=seat.session_id, person_id=seat.registration.person_id, rule_id=rule.id, revision=0,
    )  # fmt: skip
    enqueue(db, mail, now=due)
    db.flush()
    db.expire_all()
    return db.scalars(select(OutboxMail).where(OutboxMail.key == "reminder")).one()


def write(db: DbSession, mail: OutboxMail, now: datetime) -> Letter:
    return render(compose(db, mail, now), mail, now)


def reason(db: DbSession, mail: OutboxMail, now: datetime) -> Reason | None:
    db.flush()
    db.expire_all()
    try:
        compose(db, mail, now)
    except NotNeeded as no:
        return no.reason
    return None


def test_a_reminder_says_when_in_the_persons_time_and_the_hosts(db: DbSession, seat: Seat) -> None:
    letter = write(db, reminder(db, seat), START - HOUR)

    assert letter.subject == "Lending <digital> works – in one hour"
    assert (letter.to_name, letter.to_address) == ("Ana Silva", seat.registration.person.email)
    assert "Wednesday 13 January 2027, 12:00, New York (UTC−5)" in letter.text
    assert "Wednesday 13 January 2027, 18:00, Paris (UTC+1)" in letter.text
    assert "- Inês Duarte, Museu do Rio" in letter.text
    assert "Lending &lt;digital&gt; works" in letter.html
    assert "Wednesday 13 January 2027, 12:00<br>New York (UTC−5)" in letter.html


def test_a_reminder_holds_the_persons_way_in_and_never_the_meetings_address(db: DbSession, seat: Seat) -> None:
    mail = reminder(db, seat)
    draft, letter = compose(db, mail, START - HOUR), write(db, mail, START - HOUR)
    assert draft.calendar is not None
    assert letter.calendar is not None
    calendar = draft.calendar.content.decode()

    assert (letter.text + letter.html).count(draft.personal["join_url"]) >= 3
    assert [line for line in calendar.split("\r\n") if slot("join_url") in line] == [
        f"CONFERENCE;FEATURE=VIDEO;VALUE=URI:{slot('join_url')}",
        f"LOCATION:{slot('join_url')}",
    ]
    assert "meet.example.org" not in letter.text + letter.html + calendar
    assert (letter.calendar.method, letter.list_id) == (
        "PUBLISH",
        f"{seat.session.programme.slug}.wearemuseums.example",
    )
    assert letter.unsubscribe_url is not None
    assert letter.unsubscribe_url.startswith("http://127.0.0.1:5000/unsubscribe/")


def test_a_late_reminder_tells_the_right_time_to_go(db: DbSession, seat: Seat) -> None:
    letter = write(db, reminder(db, seat), START - 20 * MINUTE)

    assert letter.subject == "Lending <digital> works – in 20 minutes"


def test_a_person_at_the_hosts_place_reads_the_time_once(db: DbSession, seat: Seat) -> None:
    seat.registration.person.timezone = "Europe/Paris"

    assert write(db, reminder(db, seat), START - HOUR).text.count("January") == 1


@pytest.mark.parametrize(
    ("start", "local"),
    [
        (datetime(2027, 3, 17, 17, tzinfo=UTC), "13:00, New York (UTC−4)"),
        (datetime(2027, 3, 31, 16, tzinfo=UTC), "12:00, New York (UTC−4)"),
        (datetime(2027, 11, 3, 17, tzinfo=UTC), "13:00, New York (UTC−4)"),
        (datetime(2027, 11, 10, 17, tzinfo=UTC), "12:00, New York (UTC−5)"),
    ],
)
def test_in_the_weeks_when_clocks_differ_each_place_reads_its_own_time(
    db: DbSession, seat: Seat, start: datetime, local: str
) -> None:
    seat.session.starts_at, seat.session.ends_at = start, start + HOUR

    text = write(db, reminder(db, seat), start - HOUR).text

    assert (local in text, "18:00, Paris" in text) == (True, True)


def withdraw(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    seat.state = SeatState.SKIPPED


def cancel_registration(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    seat.registration.cancelled_at = START - DAY


def cancel_session(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    seat.session.cancelled_at, seat.session.revision = START - DAY, 1


def move_session(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    seat.session.revision = 1


def unsubscribe(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    row = Unsubscription(registration_id=seat.registration_id, created_at=factories.NOW)
    row.subscription = Subscription.REMINDERS
    db.add(row)


def confirm_just_now(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    seat.registration.confirmed_at = START - HOUR - 29 * MINUTE


def tell_of_a_move(db: DbSession, seat: Seat, mail: OutboxMail) -> None:
    notice = NewMail(
        key="moved", kind="weekly.moved", registration_id=seat.registration_id,
        context={"sessions": [{"session": seat.session_id}]},
    )  # fmt: skip
    enqueue(db, notice, now=START - HOUR + MINUTE)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda *_: None, None),
        (withdraw, Reason.WITHDRAWN),
        (cancel_registration, Reason.WITHDRAWN),
        (cancel_session, Reason.SESSION_CANCELLED),
        (move_session, Reason.RESCHEDULED),
        (unsubscribe, Reason.UNSUBSCRIBED),
        (confirm_just_now, Reason.SUPERSEDED),
        (tell_of_a_move, Reason.SUPERSEDED),
    ],
)
def test_a_reminder_is_checked_again_before_it_leaves(
    db: DbSession, seat: Seat, change: Change, expected: Reason | None
) -> None:
    mail = reminder(db, seat)
    change(db, seat, mail)

    assert reason(db, mail, START - 50 * MINUTE) is expected


def test_a_reminder_that_waited_gives_way_to_the_nearer_one(db: DbSession, seat: Seat) -> None:
    mail = reminder(db, seat, DAY)

    assert [reason(db, mail, START - left) for left in (2 * HOUR, HOUR)] == [None, Reason.SUPERSEDED]


def test_after_the_start_a_reminder_is_late(db: DbSession, seat: Seat) -> None:
    assert reason(db, reminder(db, seat), START) is Reason.LATE


def test_the_follow_up_tells_what_was_missed(db: DbSession, seat: Seat) -> None:
    seat.session.published_at, seat.session.summary_en = START + DAY, "# What stayed\n\n*Everything*."
    seat.session.recording_url, seat.session.revision = "https://video.example.org/9", 3
    mail = reminder(db, seat, timedelta(0))

    letter = write(db, mail, START + DAY)

    assert letter.subject == "What you missed: Lending <digital> works"
    assert "What stayed Everything." in letter.text
    assert "video.example.org" not in letter.text + letter.html
    assert f"/weekly/{seat.session.programme.slug}/{seat.session.slug}" in letter.html
    assert letter.calendar is None


def test_the_follow_up_is_not_for_those_who_came(db: DbSession, seat: Seat) -> None:
    seat.session.published_at = START + DAY
    mail = reminder(db, seat, timedelta(0))
    came = Attendance(session_id=seat.session_id, person_id=seat.registration.person_id, joined_at=START)
    came.source = AttendanceSource.JOIN_LINK
    db.add(came)

    assert reason(db, mail, START + DAY) is Reason.SUPERSEDED


def test_reminders_speak_french(app: Flask, db: DbSession, seat: Seat) -> None:
    seat.registration.person.locale = "fr"

    letter = write(db, reminder(db, seat), START - HOUR)

    assert letter.subject.startswith("Prêter – ")
    assert "mercredi 13 janvier 2027 à 12:00" in letter.text
