"""Letters about a changed season: re-checked when they leave, with the calendar entry that they change."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from icalendar import Calendar
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.kinds import Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import words
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Programme, Session
from registrar.weekly.models import Seat, Unsubscription
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Add, Cancel, Change, Move, Reinstate, Shift, Slot
from registrar.weekly.planner.notices import KINDS
from registrar.weekly.planner.samples import samples
from registrar.weekly.rules import SeatState, Subscription
from tests import factories

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def series(db: DbSession) -> Programme:
    return factories.series(db)


def seat_of(db: DbSession, session: Session, seat: dict[str, Any] | None = None, **person: Any) -> Seat:
    registration = factories.registration(db, session.programme, person_id=factories.person(db, **person).id)
    return factories.seat(db, registration, session, **(seat or {}))


def change(db: DbSession, series: Programme, wanted: Change, now: datetime) -> list[OutboxMail]:
    """Carry the change out and return the letters that it queued."""
    shown = planning.preview(db, series, wanted, now=now)
    planning.carry_out(db, series, wanted, seen=shown.seen, by="staff:1", now=now)
    queued = select(OutboxMail).where(OutboxMail.state == MailState.QUEUED).order_by(OutboxMail.id)
    return list(db.scalars(queued))


def composed(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    return KINDS[mail.kind](db, mail, now)


def reason(db: DbSession, mail: OutboxMail, now: datetime) -> Reason:
    with pytest.raises(NotNeeded) as refused:
        composed(db, mail, now)
    return refused.value.reason


def written(draft: Draft) -> tuple[str, str]:
    subject, text, _ = words(draft, current_app.extensions["registrar.settings"])
    return subject, text


def entries(draft: Draft) -> tuple[str, list[dict[str, Any]]]:
    assert draft.calendar
    calendar = Calendar.from_ical(draft.calendar.content)
    found = [
        {"uid": str(event["uid"]), "status": str(event["status"])}
        | {"sequence": event.decoded("sequence"), "dtstart": event.decoded("dtstart")}
        for event in calendar.walk("VEVENT")
    ]
    assert calendar["method"] == draft.calendar.method
    return draft.calendar.method, found


def later(session: Session, by: timedelta = HOUR) -> Slot:
    return Slot(session.starts_at + by, session.ends_at + by)


def test_a_move_updates_the_same_entry_with_a_higher_sequence(db: DbSession, series: Programme, now: datetime) -> None:
    session = factories.session(db, series, title_en="Lending")
    seat_of(db, session, {"changes": 2}, timezone="America/New_York", name="Ana")
    (mail,) = change(db, series, Move(session.id, later(session)), now)

    draft = composed(db, mail, now)
    subject, text = written(draft)

    event = {"uid": session.uid, "sequence": 3, "dtstart": session.starts_at, "status": "CONFIRMED"}
    assert subject == "Moved: Lending, now on Wednesday 13 January 2027, 13:00"
    assert (
        "Now: Wednesday 13 January 2027, 13:00, New York (UTC−5) (Wednesday 13 January 2027, 19:00, Paris (UTC+1))"
        in text
    )
    assert "Before: Wednesday 13 January 2027, 12:00" in text
    assert entries(draft) == ("REQUEST", [event])


def test_a_shift_tells_all_sessions_in_one_letter_and_one_file(db: DbSession, series: Programme, now: datetime) -> None:
    first = factories.session(db, series)
    second = factories.session(db, series, starts_at=first.starts_at + timedelta(weeks=1))
    factories.seat(db, seat_of(db, first, locale="fr").registration, second)
    (mail,) = change(db, series, Shift(first.id, 1), now)

    draft = composed(db, mail, now)
    _, text = written(draft)

    method, found = entries(draft)
    assert (method, [(event["uid"], event["sequence"]) for event in found]) == (
        "PUBLISH",
        [(first.uid, 1), (second.uid, 1)],
    )
    assert (first.title_fr in text, second.title_fr in text) == (True, True)


def test_a_letter_about_several_sessions_leaves_out_what_has_moved_again(
    db: DbSession, series: Programme, now: datetime
) -> None:
    first = factories.session(db, series)
    second = factories.session(db, series, starts_at=first.starts_at + timedelta(weeks=1))
    factories.seat(db, seat_of(db, first).registration, second)
    (both,) = change(db, series, Shift(first.id, 1), now)
    _, again = change(db, series, Move(first.id, later(first)), now)

    told = [[meeting.title for meeting in composed(db, mail, now).values["meetings"]] for mail in (both, again)]

    assert told == [[second.title_en], [first.title_en]]


def test_a_cancellation_takes_the_entry_back_with_its_status(db: DbSession, series: Programme, now: datetime) -> None:
    session = factories.session(db, series, title_fr="Prêter")
    seat_of(db, session, locale="fr")
    (mail,) = change(db, series, Cancel(session.id, "", "L'oratrice est malade."), now)

    draft = composed(db, mail, now)
    _, text = written(draft)

    event = {"uid": session.uid, "sequence": 1, "dtstart": session.starts_at, "status": "CANCELLED"}
    assert entries(draft) == ("CANCEL", [event])
    assert "L'oratrice est malade." in text


def test_a_session_that_returns_invites_again(db: DbSession, series: Programme, now: datetime) -> None:
    session = factories.session(db, series)
    seat_of(db, session)
    change(db, series, Cancel(session.id, "", ""), now)[0].state = MailState.SENT
    (mail,) = change(db, series, Reinstate(session.id), now)

    event = {"uid": session.uid, "sequence": 2, "dtstart": session.starts_at, "status": "CONFIRMED"}
    assert entries(composed(db, mail, now)) == ("REQUEST", [event])


def test_news_of_an_added_session_can_be_switched_off(db: DbSession, series: Programme, now: datetime) -> None:
    seat = seat_of(db, factories.session(db, series))
    (mail,) = change(db, series, Add(later(seat.session, timedelta(weeks=1)), "More"), now)

    draft = composed(db, mail, now)
    row = {"registration_id": seat.registration_id, "subscription": Subscription.NEWS, "created_at": now}
    factories.stored(db, Unsubscription(**row))

    assert (entries(draft)[0], "/unsubscribe/" in (draft.unsubscribe_url or "")) == ("REQUEST", True)
    assert reason(db, mail, now) is Reason.UNSUBSCRIBED


def test_who_waits_gets_no_calendar_entry(db: DbSession, series: Programme, now: datetime) -> None:
    session = factories.session(db, series)
    seat_of(db, session, {"state": SeatState.WAITING, "queue_number": 1})
    (mail,) = change(db, series, Move(session.id, later(session)), now)

    draft = composed(db, mail, now)

    assert (draft.calendar, draft.values["meeting"].waits) == (None, True)


@pytest.mark.parametrize("wanted", ["withdrawn", "skipped", "moved", "cancelled", "late"])
def test_a_letter_that_the_world_has_overtaken_does_not_leave(
    db: DbSession, series: Programme, now: datetime, wanted: str
) -> None:
    session = factories.session(db, series)
    seat = seat_of(db, session)
    (mail,) = change(db, series, Move(session.id, later(session)), now)
    mail.state = MailState.SENDING  # a worker has it: only the re-check can stop it

    if wanted == "withdrawn":
        seat.registration.cancelled_at = now
    elif wanted == "skipped":
        seat.state = SeatState.SKIPPED
    elif wanted == "moved":
        change(db, series, Move(session.id, later(session)), now)
    elif wanted == "cancelled":
        change(db, series, Cancel(session.id, "", ""), now)
    at = session.starts_at if wanted == "late" else now
    db.flush()

    reasons = {"withdrawn": Reason.WITHDRAWN, "skipped": Reason.WITHDRAWN, "moved": Reason.SUPERSEDED}
    assert reason(db, mail, at) is {**reasons, "cancelled": Reason.SESSION_CANCELLED, "late": Reason.LATE}[wanted]


@pytest.mark.parametrize("kind", ["move", "shift", "cancel"])
def test_the_letter_of_the_preview_is_the_letter_that_is_sent(
    db: DbSession, series: Programme, now: datetime, kind: str
) -> None:
    session = factories.session(db, series)
    seat_of(db, session, locale="fr", timezone="Asia/Singapore")
    changes: dict[str, Change] = {"move": Move(session.id, later(session)), "shift": Shift(session.id, 1)}
    wanted = changes.get(kind, Cancel(session.id, "Ill.", "Malade."))

    (sample,) = samples(db, series, wanted, planning.preview(db, series, wanted, now=now))
    (mail,) = change(db, series, wanted, now)
    draft = composed(db, mail, now)
    subject, text = written(draft)

    assert (sample.name, sample.subject) == (draft.to_name, subject)
    assert text.startswith(sample.text.rstrip())
