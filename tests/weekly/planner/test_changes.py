"""What a change of the season makes of each session, and which changes are refused."""

from collections.abc import Callable
from datetime import datetime

import pytest

from registrar.db import DbSession
from registrar.errors import Refusal
from registrar.programmes.models import Session
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Add, Cancel, Change, Move, Reinstate, Shift, Slot, slot_of
from tests.weekly.planned import HOUR, generated

Wanted = Callable[[Session, datetime], Change]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (lambda session, now: Move(session.id, slot_of(session)), "takes place already"),
        (lambda session, now: Move(session.id, Slot(now - HOUR, now)), "still to come"),
        (lambda session, now: Shift(session.id, 0), "by how many weeks"),
        (lambda session, now: Shift(session.id, -1), "still to come"),
        (lambda session, now: Reinstate(session.id), "not cancelled"),
        (lambda session, now: Add(Slot(now - HOUR, now)), "still to come"),
    ],
)
def test_what_makes_no_sense_is_refused(db: DbSession, now: datetime, wanted: Wanted, message: str) -> None:
    programme, (session,) = generated(db, now, weeks=1)

    with pytest.raises(Refusal, match=message):
        planning.preview(db, programme, wanted(session, now), now=now)


def test_what_has_begun_is_not_moved_and_what_is_over_not_cancelled(db: DbSession, now: datetime) -> None:
    programme, (session,) = generated(db, now, weeks=1)

    with pytest.raises(Refusal, match="has begun"):
        planning.preview(db, programme, Shift(session.id, 1), now=session.starts_at)
    with pytest.raises(Refusal, match="is over"):
        planning.preview(db, programme, Cancel(session.id, "", ""), now=session.ends_at)


def test_clashes_with_other_sessions_are_shown(db: DbSession, now: datetime) -> None:
    programme, sessions = generated(db, now, weeks=3)

    shown = planning.preview(db, programme, Move(sessions[0].id, slot_of(sessions[2])), now=now)

    assert list(shown.clashes) == [sessions[2]]
