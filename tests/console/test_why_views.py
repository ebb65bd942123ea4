"""For any person and session the console says what became of each mail, and why."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport
from registrar.mail.rules import GateReason, MailState, ReportMethod, ReportState, ReportVerdict, SuppressionReason
from registrar.mail.suppression import suppress
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.rules import Anchor, Audience, PlanState
from registrar.weekly.models import Attendance, Registration, Unsubscription
from registrar.weekly.rules import AttendanceSource, SeatState, Subscription
from tests import factories
from tests.conftest import START, Client
from tests.console.reminded import mail_to

DAY = timedelta(days=1)


def why(client: Client, registration: Registration, session: Session) -> str:
    """Return what the page says about the only rule."""
    page = client.get(f"/console/mail/why?session={session.id}&person={registration.person_id}").text
    return page.partition('data-label="Did they get it?"><span>')[2].partition("</span>")[0]


def test_somebody_without_a_seat_is_told_why(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule
) -> None:
    assert why(client, registration, session) == "No: they have not chosen this week."


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (SeatState.WAITING, "No: they are on the waiting list, not in the session."),
        (SeatState.SKIPPED, "No: they skip this week."),
        (SeatState.LAPSED, "No: their offer lapsed, so they have no place."),
        (SeatState.CONFIRMED, "Not yet: it is planned for Tue 12 Jan, 18:00."),
    ],
)
def test_the_seat_decides(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule,
    state: SeatState, told: str,
) -> None:  # fmt: skip
    factories.seat(db, registration, session, state=state, queue_number=1)

    assert why(client, registration, session) == told


def test_a_sent_mail_is_a_yes(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule
) -> None:
    factories.seat(db, registration, session)
    mail_to(db, registration, session, rule_id=rule.id, state=MailState.SENT, finished_at=START)

    assert why(client, registration, session) == "Yes: sent Mon 11 Jan, 10:00."


def test_a_switched_off_kind_is_a_reason(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule, now: datetime
) -> None:
    factories.seat(db, registration, session)
    off = {"subscription": Subscription.REMINDERS, "created_at": now}
    factories.stored(db, Unsubscription(registration_id=registration.id, **off))

    assert why(client, registration, session) == "No: they have switched this kind of mail off."


@pytest.mark.parametrize(
    ("state", "confirmed_at", "told"),
    [
        (PlanState.LATE, START - 7 * DAY, "No: no worker ran while it would have been useful."),
        (PlanState.SUPERSEDED, START - 7 * DAY, "No: a nearer reminder was due by the time the worker ran."),
        (PlanState.DONE, START, "No: they registered after it was due Sun 10 Jan, 10:00."),
        (PlanState.PLANNED, START, "It was due Sun 10 Jan, 10:00 and is written as soon as the worker runs."),
    ],
)
def test_the_plan_explains_what_was_never_written(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule,
    state: PlanState, confirmed_at: datetime, told: str,
) -> None:  # fmt: skip
    registration.confirmed_at = confirmed_at
    factories.seat(db, registration, session)
    times = {"due_at": START - DAY, "expires_at": START + DAY}
    factories.stored(db, ReminderPlan(session_id=session.id, rule_id=rule.id, revision=0, state=state, **times))

    assert why(client, registration, session) == told


def test_who_was_there_gets_no_catch_up_mail(
    client: Client, db: DbSession, registration: Registration, session: Session, now: datetime
) -> None:
    facts = {"anchor": Anchor.PUBLISHED, "lead": timedelta(0), "audience": Audience.MISSED}
    factories.stored(db, ReminderRule(programme_id=registration.programme_id, **facts))
    factories.seat(db, registration, session)
    before = why(client, registration, session)
    present = {"session_id": session.id, "person_id": registration.person_id, "joined_at": now}
    factories.stored(db, Attendance(**present, source=AttendanceSource.JOIN_LINK))

    assert (before, why(client, registration, session)) == (
        "Not yet: it leaves when the recording is published.",
        "No: they were there, and it goes to those who missed the session.",
    )


def test_a_cancelled_registration_and_session_are_reasons(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule, now: datetime
) -> None:
    factories.seat(db, registration, session)
    registration.cancelled_at = now
    first = why(client, registration, session)
    session.cancelled_at = now

    assert (first, why(client, registration, session)) == (
        "No: the registration is cancelled.",
        "No: the session is cancelled.",
    )


def test_people_are_found_by_name_and_chosen_when_several_match(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    factories.person(db, name="Amadou Ba")

    both = client.get(f"/console/mail/why?session={session.id}&q=ama").text
    one = client.get(f"/console/mail/why?session={session.id}&q=owusu").text
    nobody = client.get(f"/console/mail/why?session={session.id}&q=xyz").text

    assert ("Whom do you mean?" in both, "Amadou Ba" in both) == (True, True)
    assert "Ama Owusu</a>, Lending digital works" in one
    assert "Nobody matches" in nobody


def rule_of(db: DbSession, registration: Registration, anchor: Anchor, audience: Audience, lead: timedelta) -> None:
    """Store a rule of the series."""
    facts = {"anchor": anchor, "lead": lead, "audience": audience}
    factories.stored(db, ReminderRule(programme_id=registration.programme_id, **facts))


@pytest.mark.parametrize(
    ("audience", "state", "told"),
    [
        (Audience.WAITING, SeatState.WAITING, "Not yet: it is planned for Tue 12 Jan, 18:00."),
        (
            Audience.WAITING,
            SeatState.CONFIRMED,
            "No: it goes to the waiting list, and a place is theirs or offered to them.",
        ),
        (Audience.WAITING, SeatState.SKIPPED, "No: they skip this week."),
        (Audience.SETTLED, SeatState.CONFIRMED, "Not yet: it is planned for Tue 12 Jan, 18:00."),
        (Audience.SETTLED, SeatState.WAITING, "No: they are on the waiting list, not in the session."),
    ],
)
def test_the_audience_decides(
    client: Client, db: DbSession, registration: Registration, session: Session, audience: Audience,
    state: SeatState, told: str,
) -> None:  # fmt: skip
    rule_of(db, registration, Anchor.START, audience, DAY)
    factories.seat(db, registration, session, state=state, queue_number=1)

    assert why(client, registration, session) == told


def test_who_has_a_place_for_less_than_a_day_is_told(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    rule_of(db, registration, Anchor.START, Audience.SETTLED, DAY)
    factories.seat(db, registration, session, state_at=START + timedelta(hours=12))

    told = why(client, registration, session)

    assert told == "No: it goes to those who have had their place for a day by then; they have not."


def test_what_follows_the_end_is_planned(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    rule_of(db, registration, Anchor.END, Audience.CONFIRMED, 2 * timedelta(hours=1))
    factories.seat(db, registration, session)

    assert why(client, registration, session) == "Not yet: it is planned for Wed 13 Jan, 21:00."


def test_a_rule_that_is_off_for_this_session_says_so(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule, now: datetime
) -> None:
    factories.seat(db, registration, session)
    db.add(ReminderExemption(session_id=session.id, rule_id=rule.id, created_at=now))

    assert why(client, registration, session) == "No: this reminder is switched off for this session."


@pytest.mark.parametrize("is_written", [False, True])
def test_a_pause_is_a_reason(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule, now: datetime,
    is_written: bool,
) -> None:  # fmt: skip
    factories.seat(db, registration, session)
    if is_written:
        mail_to(db, registration, session, rule_id=rule.id)
    gate.close(db, gate.kind_scope("reminders.before"), GateReason.PAUSED, by="staff:1", now=now)

    assert why(client, registration, session) == (
        "Not yet: it is written and waits, because mail is paused."
        if is_written
        else "Not yet: it is planned for Tue 12 Jan, 18:00, and will wait if mail is still paused then."
    )


def test_a_stopped_address_is_a_reason(
    client: Client, app: Flask, db: DbSession, registration: Registration, session: Session, rule: ReminderRule,
    now: datetime,
) -> None:  # fmt: skip
    factories.seat(db, registration, session)
    with app.app_context():
        suppress(db, "ama@example.org", SuppressionReason.BOUNCE, now=now)

    assert why(client, registration, session) == "No: nothing goes to this address since Mon 11 Jan, 10:00."


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (ReportVerdict.HARD, "No: it was sent Mon 11 Jan, 10:00, and came back."),
        (ReportVerdict.COMPLAINT, "Yes: it was sent Mon 11 Jan, 10:00, and they reported it as unwanted."),
        (ReportVerdict.DELAYED, "Yes: sent Mon 11 Jan, 10:00."),
    ],
)
def test_what_came_back_is_told(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule, now: datetime,
    verdict: ReportVerdict, told: str,
) -> None:  # fmt: skip
    factories.seat(db, registration, session)
    mail = mail_to(db, registration, session, rule_id=rule.id, state=MailState.SENT, finished_at=START)
    facts = {"verdict": verdict, "method": ReportMethod.DSN, "state": ReportState.APPLIED, "diagnostic": ""}
    factories.stored(db, BounceReport(fingerprint="f", source="pipe", received_at=now, outbox_id=mail.id, **facts))

    assert why(client, registration, session) == told


def test_what_the_log_has_forgotten_is_not_guessed(
    client: Client, db: DbSession, registration: Registration, session: Session, rule: ReminderRule
) -> None:
    factories.seat(db, registration, session)
    long_ago = START - 500 * DAY
    times = {"due_at": long_ago, "expires_at": long_ago + DAY, "state": PlanState.DONE}
    factories.stored(db, ReminderPlan(session_id=session.id, rule_id=rule.id, revision=0, **times))

    told = why(client, registration, session)

    assert told.startswith("Nobody knows any more: it was due")


def test_the_other_mails_of_the_session_are_told_too(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    mail_to(db, registration, session, key="moved", kind="weekly.moved", state=MailState.SENT, finished_at=START)
    mail_to(db, registration, session, key="welcome", kind="weekly.confirmed", session_id=None)
    other = factories.session(db, registration.programme)
    mail_to(db, registration, other, key="elsewhere", kind="weekly.skipped")

    page = client.get(f"/console/mail/why?session={session.id}&person={registration.person_id}").text
    told = page.split("Other mails")[1]

    assert [name in told for name in ("Session moved", "Welcome", "Week skipped")] == [True, True, False]
