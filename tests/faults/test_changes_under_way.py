"""What people and organisers change while mail is queued, in flight and sent."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.rules import GateReason, MailState
from registrar.programmes.models import Session
from registrar.weekly import subscriptions
from registrar.weekly.personal import changes as personal
from registrar.weekly.planner.changes import Cancel, Move, Reinstate, Slot
from registrar.weekly.rules import Subscription
from tests.databases import Databases, copy_sqlite
from tests.faults.calendar_lab import BY, accepted, endings, hold_at, plan, registrations, remind, seats
from tests.faults.conftest import MakeLab
from tests.faults.lab import Lab
from tests.faults.nursery import Nursery
from tests.faults.processes import until
from tests.faults.test_database_faults import migrated
from tests.smtp import Do, Stage, Step

pytestmark = pytest.mark.faults
PEOPLE = 12
Change = Callable[[Lab, list[int]], datetime]


def due_now(it: Lab) -> list[int]:
    """Give some people a session whose one reminder is due; return their registrations."""
    remind(it, timedelta(hours=24))
    hold_at(it, datetime.now(UTC).replace(microsecond=0) + timedelta(hours=20), "Europe/Paris")
    return it.people(PEOPLE, created_at=datetime.now(UTC) - timedelta(days=9))


def withdraw(it: Lab, ids: list[int]) -> datetime:
    return it.change(lambda db: personal.cancel(db, registrations(db, ids), by=BY, now=datetime.now(UTC)))


def skip(it: Lab, ids: list[int]) -> datetime:
    def act(db: DbSession) -> None:
        for seat in seats(db, ids):
            personal.skip(db, seat, by=BY, now=datetime.now(UTC))

    return it.change(act)


def unsubscribe(it: Lab, ids: list[int]) -> datetime:
    def act(db: DbSession) -> None:
        for each in registrations(db, ids):
            subscriptions.unsubscribe(db, each, Subscription.REMINDERS, by=BY, now=datetime.now(UTC))

    return it.change(act)


def cancel(it: Lab, _: list[int]) -> datetime:
    return plan(it, Cancel(it.session_id, "Illness", "Maladie"), datetime.now(UTC))


def move(it: Lab, _: list[int]) -> datetime:
    with DbSession(it.engine) as db:
        session = db.get_one(Session, it.session_id)
        slot = Slot(session.starts_at + timedelta(hours=2), session.ends_at + timedelta(hours=2))
    return plan(it, Move(it.session_id, slot), datetime.now(UTC))


@pytest.mark.parametrize("change", [withdraw, skip, unsubscribe, cancel, move])
def test_no_reminder_begins_once_a_change_is_committed(lab: MakeLab, change: Change) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go_on.wait(30)

    it = lab(Step(Stage.DATA, Do.STRIKE, times=1), mail_connections="1")
    ids = due_now(it)
    it.strike(hold)

    it.work(lease=30)
    assert held.wait(30)
    committed_at = change(it, ids)
    go_on.set()
    it.settle()

    begun = [line for line in accepted(it) if datetime.fromisoformat(line["began_at"]) > committed_at]
    assert [line["to"] for line in begun] == []
    assert {state for state, _ in endings(it)} <= {"sent", "cancelled", "skipped"}
    assert it.violations() == []


def test_a_session_reinstated_is_told_of_once_and_its_reminder_follows_the_new_generation(lab: MakeLab) -> None:
    it = lab()
    due_now(it)
    it.work("--once").wait()
    first = len(accepted(it))
    plan(it, Cancel(it.session_id, "Illness", "Maladie"), datetime.now(UTC))
    it.work("--once").wait()
    plan(it, Reinstate(it.session_id), datetime.now(UTC))
    it.work("--once").wait()

    assert (first, len(accepted(it))) == (PEOPLE, PEOPLE)
    assert len(accepted(it, "weekly.session_cancelled")) == PEOPLE
    assert len(accepted(it, "weekly.reinstated")) == PEOPLE
    assert it.violations() == []


def test_a_kind_that_is_paused_waits_and_the_others_leave(lab: MakeLab) -> None:
    it = lab()
    ids = due_now(it)
    it.queue(ids[:2])
    scope = gate.kind_scope("reminders.before")
    it.change(lambda db: gate.close(db, scope, GateReason.PAUSED, by=BY, now=datetime.now(UTC)))

    it.work("--once").wait()
    while_paused = (len(accepted(it)), len(accepted(it, "weekly.confirmed")))
    it.change(lambda db: gate.reopen(db, scope))
    it.work("--once").wait()

    assert while_paused == (0, 2)
    assert len(accepted(it)) == PEOPLE
    assert it.violations() == []


INJECTED = "Ana\r\nBcc: everybody@example.org"
NAMES = [
    "Zoë 🏛️ Müller",
    "عائشة ‏محمد",
    "N" * 300,
    'Robin "the \\ Rock" O\'Neil, <PhD>',
]
ADDRESSES = ["zoë@example.org", "ana@müseum.example", "用户@例子.example"]
ON_THE_WIRE = ["zoë@example.org", "ana@xn--mseum-kva.example", "用户@xn--fsqu00a.example"]


def test_hostile_names_and_foreign_addresses_arrive_once_and_whole(lab: MakeLab) -> None:
    it = lab()
    for name in (INJECTED, *NAMES):
        it.queue(it.people(1, name=name))
    for address in ADDRESSES:
        it.queue(it.people(1, email=address))

    it.work("--once").wait()

    parsed = [
        message_from_bytes(Path(line["data"]).read_bytes(), policy=policy.default) for line in it.server.journal.lines()
    ]
    assert len(parsed) == len(NAMES) + len(ADDRESSES)
    assert [len(each.get_all("To", [])) for each in parsed] == [1] * len(parsed)
    assert [each["Bcc"] for each in parsed] == [None] * len(parsed)
    assert Counter(it.delivered()) & Counter(ON_THE_WIRE) == Counter(ON_THE_WIRE)
    assert it.states() == [MailState.DEFERRED] + [MailState.SENT] * len(parsed)


@pytest.fixture
def file_lab(databases: Databases, nursery: Nursery, tmp_path: Path) -> Iterator[Lab]:
    with Lab(tmp_path, migrated(databases.fresh_url("sqlite")), nursery) as found:
        yield found


def test_an_older_copy_of_the_database_put_back_sends_nothing(file_lab: Lab, tmp_path: Path) -> None:
    it = file_lab
    path, older = Path(it.database_url.removeprefix("sqlite:///")), tmp_path / "older.db"
    it.queue(it.people(2))
    it.work("--once").wait()
    it.queue(it.people(3))
    it.engine.dispose()
    copy_sqlite(path, older)
    worker = it.work()
    until(lambda: len(it.delivered()) == 5, "all mails")
    worker.kill()
    it.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    copy_sqlite(older, path)

    it.work("--once").wait()

    assert len(it.delivered()) == 5
    with DbSession(it.engine) as db:
        assert [each.reason for each in gate.closed(db)] == [GateReason.COPY]
        assert db.scalars(select(Session.id)).one() == it.session_id
