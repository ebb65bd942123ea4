"""A laboratory: a database with people in a series, a mail server in this process that strikes when told, workers."""

import fcntl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, create_engine, func, select, text

from registrar import models  # noqa: F401 - mappers name each other: all must be known
from registrar.db import DbSession, engine_options, prepare
from registrar.mail.machines import LOCK
from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane, MailState, OutcomeKind
from registrar.programmes.models import Session
from registrar.weekly.models import Registration
from tests import factories
from tests.faults.checker import Violation, mail_violations
from tests.faults.nursery import Forked, Nursery, Order
from tests.faults.processes import environ_of, free_port, until
from tests.faults.reading import read_world
from tests.smtp import ScriptedServer, Step

DAYS_AHEAD = 5
LEASE_SECONDS = 1
Found = TypeVar("Found")


@dataclass
class Lab:
    """Starts with `with`: the mail server follows the script, workers come when they are asked for."""

    folder: Path
    database_url: str
    nursery: Nursery
    script: Sequence[Step] = ()
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = engine_of(self.database_url)
        self.server = ScriptedServer(self.folder / "journal.jsonl", self.script)
        self.environ = environ_of(self.folder, self.database_url, free_port(), self.server.port)
        self.environ |= {f"REGISTRAR_{name.upper()}": value for name, value in self.settings.items()}
        self.workers: list[Forked] = []
        self._numbers = count(1)
        self.session_id = self._do(_store)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self.workers:
            worker.kill()
        self.server.__exit__(kind, error, at)
        self.engine.dispose()

    def work(self, *options: str, lease: float = LEASE_SECONDS) -> Forked:
        """Start a worker with these options of the shipped command."""
        name = f"worker-{next(self._numbers)}"
        order = Order.of(["worker", "--lease", str(lease), *options], self.environ, self.folder, name)
        worker = self.nursery.start(order)
        self.workers.append(worker)
        return worker

    def strike(self, *blows: Callable[[], object]) -> None:
        """Prepare what the mail server's strikes do, one after the other."""
        waiting = list(blows)
        self.server.play.strike = lambda: waiting.pop(0)()

    def stop(self, worker: Forked) -> None:
        """Let a worker stand still outside its transactions, and outside what the workers of a machine do in turn.

        Inside either, nobody else could do its work.
        """
        with (self.folder / "data" / LOCK).open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._stop_between_transactions(worker)

    def _stop_between_transactions(self, worker: Forked) -> None:
        with self.engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(text("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE"))
            worker.stop()

    def people(self, number: int, **given: Any) -> list[int]:
        """Store so many more people with a seat in the coming session; return their registrations."""
        return self._do(lambda db: _people(db, self.session_id, number, given))

    def queue(self, registration_ids: Sequence[int], lane: Lane = Lane.PERSONAL, **given: Any) -> None:
        """Queue the mail of record of each registration."""
        self._do(lambda db: _queue(db, registration_ids, lane, given))

    def waiting(self) -> int:
        """Count the mails that have not ended; what is in doubt for a person has."""
        ended = [MailState.SENT, MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED, MailState.IN_DOUBT]
        return self._do(lambda db: _count(db, OutboxMail.state.not_in(ended)))

    def states(self) -> list[MailState]:
        return self._do(lambda db: list(db.scalars(select(OutboxMail.state).order_by(OutboxMail.id))))

    def outcomes(self) -> list[OutcomeKind]:
        return self._do(lambda db: list(db.scalars(select(MailAttempt.outcome).order_by(MailAttempt.id))))

    def settle(self) -> None:
        """Wait until every mail has ended."""
        until(lambda: self.waiting() == 0, "every mail to end")

    def delivered(self) -> list[str]:
        """Return the recipients of everything that the mail server has accepted, in order."""
        return [to for line in self.server.journal.lines() for to in line["to"]]

    def violations(self) -> list[Violation]:
        """Compare the ledger with the mail server's journal."""
        return mail_violations(read_world(self.engine, self.server.journal.path, [], [], datetime.now(UTC)))

    def change(self, act: Callable[[DbSession], Any]) -> datetime:
        """Change the world in one transaction, and return the moment at which it was committed for certain."""
        self._do(act)
        return datetime.now(UTC)

    def _do(self, act: Callable[[DbSession], Found]) -> Found:
        with DbSession(self.engine) as db:
            done = act(db)
            db.commit()
        return done


def engine_of(database_url: str) -> Engine:
    engine = create_engine(database_url, **engine_options(database_url))
    prepare(engine)
    return engine


def _store(db: DbSession) -> int:
    factories.organisation(db)
    starts_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=DAYS_AHEAD)
    return factories.session(db, factories.series(db), starts_at=starts_at).id


def _people(db: DbSession, session_id: int, number: int, given: dict[str, Any]) -> list[int]:
    session = db.get_one(Session, session_id)
    then = datetime.now(UTC) - timedelta(days=1)
    people = [factories.person(db, **{"created_at": then, "confirmed_at": then, **given}) for _ in range(number)]
    found = [factories.registration(db, session.programme, person_id=person.id, confirmed_at=then) for person in people]
    for each in found:
        factories.seat(db, each, session, state_at=then)
    return [each.id for each in found]


def _queue(db: DbSession, registration_ids: Sequence[int], lane: Lane, given: dict[str, Any]) -> None:
    for registration in db.scalars(select(Registration).where(Registration.id.in_(registration_ids))):
        values = {"kind": "weekly.confirmed", "lane": lane, "person_id": registration.person_id, **given}
        mail = NewMail(key=f"confirmed:{registration.id}:lab", registration_id=registration.id, **values)
        enqueue(db, mail, now=datetime.now(UTC))


def _count(db: DbSession, condition: Any) -> int:
    return db.scalar(select(func.count()).select_from(OutboxMail).where(condition)) or 0
