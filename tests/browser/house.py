"""A running installation for a real browser: the whole product on its own port, with a clock that tests move."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.wsgi import ClosingIterator

from registrar.accounts.models import Staff
from registrar.accounts.operations import sign_in_token
from registrar.app import ROOT, create_app
from registrar.db import DbSession, alchemy
from registrar.mail.models import LocalMail
from registrar.mail.worker import Worker
from registrar.ops.demo.filling import fill
from registrar.ops.first_start import import_catalogue_if_empty
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.settings import load_settings
from registrar.tokens import Purpose, Tokens
from tests.chromium import listening, serving_on
from tests.conftest import SECRET, TestClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ORGANISER, REVIEWER = "organiser@example.org", "reviewer@example.net"
CAMILLE = "demo@example.org"
"""The participant of the demonstration who has a bit of everything."""
STAYING = 8
PATIENCE_SECONDS = 60


class Porter:
    """Stands before the application: knows whether a request is inside, and lets none in while the door is shut."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._inside, self._is_shut = 0, False
        self._changed = Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._changed:
            self._changed.wait_for(lambda: not self._is_shut)
            self._inside += 1
        try:
            with closing(ClosingIterator(self._application(environ, start_response))) as answer:
                return list(answer)  # here, whether or not the browser still waits for it, ends what it reads
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Wait until the last request has left, and let others wait outside."""
        try:
            with self._changed:
                self._is_shut = True
                if not self._changed.wait_for(lambda: not self._inside, timeout=PATIENCE_SECONDS):
                    raise TimeoutError("A request does not leave.")
            yield
        finally:
            with self._changed:
                self._is_shut = False
                self._changed.notify_all()


@dataclass(frozen=True)
class House:
    """The installation, and what stands behind its pages."""

    app: Flask
    clock: TestClock
    url: str
    porter: Porter

    def db(self) -> DbSession:
        """Open a session of the test's own."""
        with self.app.app_context():
            return DbSession(alchemy.engine)

    def deliver(self, at: datetime | None = None) -> None:
        """Move the clock, if a moment is given, and let the worker do all that is due."""
        self.clock.now = at or self.clock.now
        with self.app.app_context():
            Worker(None).run_once(self.clock.now)

    def letters(self, address: str) -> list[EmailMessage]:
        """Return the mails that arrived at an address, the oldest first."""
        mine = select(LocalMail.raw).where(LocalMail.recipient.contains(address)).order_by(LocalMail.id)
        with self.db() as db:
            return [message_from_bytes(raw, EmailMessage, policy=default) for raw in db.scalars(mine)]

    def week(self, number: int) -> Session:
        """Return a session of the season."""
        with self.db() as db:
            return db.scalars(select(Session).where(Session.slug == f"week-{number}")).one()

    def meet_at(self, address: str) -> None:
        """Let every session take place at this address."""
        with self.db() as db:
            db.execute(update(Session).values(join_url=address))
            db.commit()

    def organisers_door(self) -> str:
        """Return the address behind which the organiser signs in, as a mail brings it."""
        return self.staff_door(ORGANISER)

    def staff_door(self, address: str) -> str:
        """Return the address behind which a member of staff signs in, as a mail brings it."""
        with self.db() as db:
            staff = db.scalars(select(Staff).where(Staff.email == address)).one()
            token = sign_in_token(self.tokens, staff, expires_at=self.tomorrow)
        return f"{self.url}/sign-in/{token}"

    def door_of(self, address: str) -> str:
        """Return the address behind which somebody's own page opens, as a mail brings it."""
        with self.db() as db:
            person = db.scalars(select(Person).where(Person.email == address)).one()
            token = self.tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=self.tomorrow)
        return f"{self.url}/my/enter/{token}"

    @property
    def tokens(self) -> Tokens:
        found: Tokens = self.app.extensions["registrar.tokens"]
        return found

    @property
    def tomorrow(self) -> datetime:
        return self.clock.now + timedelta(days=1)


@contextmanager
def opened(database_url: str, folder: Path, clock: TestClock) -> Iterator[House]:
    """Serve the product on this database, in demonstration mode: the outbox is open to everyone."""
    with listening() as door:
        environ = {
            "REGISTRAR_ENV": "testing",
            "REGISTRAR_DATA_DIR": str(folder),
            "REGISTRAR_DATABASE_URL": database_url,
            "REGISTRAR_SECRET_KEYS": SECRET,
            "REGISTRAR_DEMO": "true",
            "PORT": str(door.getsockname()[1]),
        }
        app = create_app(load_settings(environ, ROOT / "config"), clock)
        porter = Porter(app.wsgi_app)
        app.wsgi_app = porter  # type: ignore[method-assign]  # as Flask's documentation asks
        with serving_on(door, app) as url:
            yield House(app, clock, url, porter)


def furnish(house: House) -> None:
    """Fill an empty database with the real catalogue and the demonstration, and let go of it."""
    with house.app.app_context(), DbSession(alchemy.engine) as db:
        import_catalogue_if_empty(db, now=house.clock.now)
        fill(db, house.tokens, now=house.clock.now)
        db.commit()
    leave(house)


def send_most_home(house: House) -> None:
    """Keep a handful of the people, so that a mail to everybody takes a moment only."""
    with house.app.app_context(), DbSession(alchemy.engine) as db:
        few = db.scalars(select(Person.id).where(Person.email != CAMILLE).order_by(Person.id).limit(STAYING)).all()
        db.execute(delete(Person).where(Person.email != CAMILLE, Person.id.not_in(few)))
        db.commit()
    leave(house)


def leave(house: House) -> None:
    """Close every connection to the database once nobody is inside, so that it can be copied."""
    with left(house):
        pass


@contextmanager
def left(house: House) -> Iterator[None]:
    """Let nobody in meanwhile, and nobody hold a connection to the database."""
    with house.porter.shut():
        with house.app.app_context():
            alchemy.engine.dispose()
        yield
