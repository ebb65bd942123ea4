"""One client process: people who sign up, confirm, skip and return by HTTP, and write down what they were told.

`python -m tests.faults.client JSON`, see `Orders`. Only what was answered is written as acknowledged, and it is on
the disk before the next request begins.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Purpose, Tokens
from registrar.weekly.models import Registration, Seat, SignUp
from tests.faults.browser import FAILURES, Browser, Fields, Page, filled, form
from tests.faults.reading import reader
from tests.faults.world import Act, Answer, Told

PAUSE = 0.1
PATIENCE_SECONDS = 90.0
DONE = {Act.SIGN_UP: "/check-your-mail", Act.CONFIRM: "/my", Act.SKIP: "/my", Act.RETURN: "/my"}
"""Where each act leads when it is done."""
IMPATIENT = 0.2
"""How likely somebody sends the same form twice."""
RETURNS = 0.5
"""How likely somebody who skipped a session comes back to it."""


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What one client does: how many people it plays, how likely each skips a session or forgets to confirm."""

    client: int
    port: int
    secret: str
    database_url: str
    slug: str
    session_ids: list[int]
    people: int
    skips: float
    forgets: float
    record: str
    stop_file: str


class Record:
    """The client's own notebook: one line for each answer, forced to the disk."""

    def __init__(self, path: Path, client: int) -> None:
        self._file = path.open("a")
        self._client = client
        self._lines = 0

    def write(self, act: Act, email: str, answer: Answer, status: int | None, sessions: tuple[int, ...]) -> None:
        self._lines += 1
        told = Told(
            client=self._client,
            number=self._lines,
            act=act,
            email=email,
            answer=answer,
            status=status,
            sessions=sessions,
        )
        self._file.write(json.dumps(asdict(told)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


class Client:
    """Plays one person after the other."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._browser = Browser(orders.port)
        self._tokens = Tokens([orders.secret])
        self._record = Record(Path(orders.record), orders.client)
        self._engine = reader(orders.database_url)
        self._chance = random.Random(orders.client)

    def run(self) -> None:
        for number in range(self._orders.people):
            if Path(self._orders.stop_file).exists():
                return
            self._browser.forget()
            self._live(f"c{self._orders.client}n{number}@example.org")

    def _live(self, email: str) -> None:
        """Sign up, confirm, and perhaps skip a session and return to it."""
        everything = tuple(self._orders.session_ids)
        if not self._insist(Act.SIGN_UP, email, (), lambda: self._sign_up(email)):
            return
        if self._chance.random() < self._orders.forgets:
            return
        token = self._tokens.make(Purpose.CONFIRM, sign_up_id(self._engine, email))
        if not self._insist(Act.CONFIRM, email, everything, lambda: self._confirm(token)):
            return
        for session in everything:
            if self._chance.random() < self._orders.skips:
                self._waver(email, session)

    def _waver(self, email: str, session: int) -> None:
        if self._change(Act.SKIP, email, session) and self._chance.random() < RETURNS:
            self._change(Act.RETURN, email, session)

    def _sign_up(self, email: str) -> Page:
        path = f"/weekly/{self._orders.slug}/sign-up"
        page = self._browser.get(path)
        if page.status != 200:
            return page
        typed = filled(form(page, "email"), name="Robin Doe", email=email, scope="season", consent="y")
        if self._chance.random() < IMPATIENT:
            self._browser.post(path, typed)
        return self._browser.post(path, typed)

    def _confirm(self, token: str) -> Page:
        path = f"/confirm/{token}"
        page = self._browser.get(path)
        return page if page.status != 200 else self._press(path, form(page, "csrf_token", token))

    def _press(self, path: str, fields: Fields) -> Page:
        """Press a button; the impatient press it twice at once, from two connections."""
        if self._chance.random() >= IMPATIENT:
            return self._browser.post(path, fields)
        with ThreadPoolExecutor(2) as hands:
            both = [hands.submit(each.post, path, fields) for each in (self._browser, self._browser.twin())]
        return most_telling([each.result() for each in both])

    def _change(self, act: Act, email: str, session: int) -> bool:
        """Skip or return once, as somebody does who gives up when the site is gone."""

        def ask() -> Page:
            page = self._own_page(email)
            if page.status != 200:
                return page
            seat = seat_id(self._engine, email, session)
            token = dict(form(page, "csrf_token"))["csrf_token"]
            return self._browser.post(f"/my/seats/{seat}/{act.value}", [("csrf_token", token)])

        return self._once(act, email, (session,), ask) is Answer.YES

    def _own_page(self, email: str) -> Page:
        """Return the personal page, by a mailed link if the answer with the cookie was lost."""
        page = self._browser.get("/my")
        if page.status != 303:
            return page
        person, counter = personal(self._engine, email)
        ends = datetime.now(UTC) + timedelta(days=1)
        token = self._tokens.make(Purpose.PERSONAL, person, counter=counter, expires_at=ends)
        button = self._browser.get(f"/my/enter/{token}")
        self._browser.post(f"/my/enter/{token}", form(button, "csrf_token"))
        return self._browser.get("/my")

    def _insist(self, act: Act, email: str, sessions: tuple[int, ...], ask: Callable[[], Page]) -> bool:
        """Ask until there is an answer."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (answer := self._once(act, email, sessions, ask)) is Answer.NONE and time.monotonic() < end:
            time.sleep(PAUSE)
        return answer is Answer.YES

    def _once(self, act: Act, email: str, sessions: tuple[int, ...], ask: Callable[[], Page]) -> Answer:
        status: int | None = None
        try:
            page = ask()
            status, answer = page.status, answer_of(act, page)
        except FAILURES:
            answer = Answer.NONE
        self._record.write(act, email, answer, status, sessions)
        return answer


def answer_of(act: Act, page: Page) -> Answer:
    """Tell what a page promises: only the redirect that belongs to the act, or "used", says that it was done."""
    if page.status >= 500:
        return Answer.FAULT
    is_done = page.status == 303 and page.location.endswith(DONE[act])
    is_used = page.status == 410 and act is Act.CONFIRM
    return Answer.YES if is_done or is_used else Answer.NO


def most_telling(pages: list[Page]) -> Page:
    """Return the worst of the answers to a double click, or the one that says that it is done."""
    return max(pages, key=lambda page: (page.status >= 500, page.location.endswith(DONE[Act.CONFIRM])))


def sign_up_id(engine: Engine, email: str) -> int:
    """Look up which sign-up the link in the mail speaks for."""
    with DbSession(engine) as db:
        return db.scalars(select(SignUp.id).where(SignUp.email_key == email)).one()


def personal(engine: Engine, email: str) -> tuple[int, int]:
    """Look up for whom a personal link speaks, and its number."""
    with DbSession(engine) as db:
        person, number = db.execute(select(Person.id, Person.link_number).where(Person.email_key == email)).one()
        return person, number


def seat_id(engine: Engine, email: str, session: int) -> int:
    """Look up the seat behind the button on the personal page."""
    statement = select(Seat.id).join(Seat.registration).join(Registration.person)
    with DbSession(engine) as db:
        return db.scalars(statement.where(Seat.session_id == session, Registration.person.has(email_key=email))).one()


def main(text: str) -> None:
    given: dict[str, Any] = json.loads(text)
    Client(Orders(**given)).run()


if __name__ == "__main__":
    main(sys.argv[1])
