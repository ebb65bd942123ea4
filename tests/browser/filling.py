"""A team at a form: a call and an application of its own in the house, and a browser for each of its people."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select, update

from registrar.app import ROOT, create_app
from registrar.applications.models import Answer, Application
from registrar.calls.definition import Definition
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.people.personal_cookie import LASTS
from registrar.settings import load_settings
from registrar.tokens import Purpose
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.house import House, Porter, leave
from tests.conftest import TestClock
from tests.faults.processes import Started, answers, environ_of, free_port, until
from tests.serving import web_command


@dataclass(frozen=True)
class Writer:
    """Somebody of the team with a browser of their own."""

    house: House
    page: Page
    reference: str

    def open(self, section: str = "you") -> "Writer":
        """Open a section and wait until its script is at work."""
        self.page.goto(f"{self.house.url}/applications/{self.reference}/sections/{section}")
        self.page.locator("form[data-ready]").wait_for()
        return self

    def check(self) -> None:
        """Open the page of all answers."""
        self.page.goto(f"{self.house.url}/applications/{self.reference}/check")

    def saved(self) -> None:
        """Wait until the page says that everything is saved."""
        self.page.locator("#saving", has_text=re.compile(r"Saved \d\d:\d\d"), has_not_text="Saving…").wait_for()

    @property
    def why(self) -> Any:
        return self.page.get_by_label("Why?")


@dataclass(frozen=True)
class Team:
    """An application in the house, with two people who write."""

    house: House
    reference: str
    number: int

    @classmethod
    def gather(cls, house: House, form: Definition = factories.FORM, **of_the_call: Any) -> "Team":
        with house.db() as db:
            version = factories.form_version(db, form, form_id=factories.form_version(db).form_id, number=2)
            call = factories.call(db, form_version_id=version.id, **of_the_call)
            ana = factories.person(db, name="Ana Silva", email=f"ana@team{call.id}.example")
            zone = "America/New_York"
            ben = factories.person(db, name="Ben Kelly", email=f"ben@team{call.id}.example", timezone=zone)
            found = factories.application(db, call, lead=ana)
            factories.member(db, found, ben)
            db.commit()
            return cls(house, found.reference, call.id)

    def writer(self, visit: Visit, name: str = "ana", **options: Any) -> Writer:
        """Let somebody of the team sit down at a browser."""
        page = visit(**options)
        self.enter(page, name)
        return Writer(self.house, page, self.reference)

    def enter(self, page: Page, name: str = "ana") -> None:
        """Give a browser a fresh cookie."""
        with self.house.db() as db:
            person = self._person(db, name)
            ends = self.house.clock.now + LASTS
            value = self.house.tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=ends)
        page.context.add_cookies([{"name": "personal", "value": value, "url": self.house.url}])

    def answer(self, by: str = "ana", **values: Any) -> None:
        """Store answers without a browser."""
        with self.house.db() as db:
            person = self._person(db, by)
            found = db.scalars(select(Application).where(Application.reference == self.reference)).one()
            for question, value in values.items():
                factories.answer(db, found, question, value, saved_by_id=person.id)
            db.commit()

    def state(self) -> tuple[str, int]:
        """Return the state of the application and its version."""
        with self.house.db() as db:
            found = db.scalars(select(Application).where(Application.reference == self.reference)).one()
            return found.state.value, found.version

    def stored(self, question: str = "why") -> Any:
        with self.house.db() as db:
            return db.scalar(select(Answer.value).where(Answer.question == question, *self._mine()))

    def version(self, question: str = "why") -> int | None:
        with self.house.db() as db:
            return db.scalar(select(Answer.version).where(Answer.question == question, *self._mine()))

    def change(self, **values: Any) -> None:
        """Change the call."""
        with self.house.db() as db:
            of = select(Application.call_id).where(Application.reference == self.reference).scalar_subquery()
            db.execute(update(Call).where(Call.id == of).values(**values))
            db.commit()

    def _person(self, db: DbSession, name: str) -> Person:
        return db.scalars(select(Person).where(Person.email == f"{name}@team{self.number}.example")).one()

    def _mine(self) -> tuple[Any, ...]:
        of = select(Application.id).where(Application.reference == self.reference).scalar_subquery()
        return (Answer.application_id == of,)


@dataclass
class Shipped:
    """The web server as it is shipped, in processes that can be killed; `house` looks into its database."""

    house: House
    folder: Path
    environ: dict[str, str]
    _process: Started | None = None

    def start(self) -> None:
        settings = load_settings(self.environ, ROOT / "config")
        self._process = Started(web_command(settings), self.environ, self.folder / "web.log")
        until(lambda: answers(int(self.environ["PORT"])), "the web server")

    def kill(self) -> None:
        """Kill it with all its workers, without any warning."""
        if self._process:
            self._process.kill_group()
        self._process = None


@contextmanager
def shipped(database_url: str, folder: Path) -> Iterator[Shipped]:
    """Serve this database by real processes with the real clock."""
    port = free_port()
    environ = dict(environ_of(folder, database_url, port, free_port()))
    clock = TestClock()
    clock.now = datetime.now(UTC)
    app = create_app(load_settings(environ, ROOT / "config"), clock)
    house = House(app, clock, f"http://127.0.0.1:{port}", Porter(app.wsgi_app))
    found = Shipped(house, folder, environ)
    try:
        found.start()
        yield found
    finally:
        found.kill()
        leave(house)
