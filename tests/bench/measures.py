"""What is measured: which flow through which pages, seen by whom, beside which yardstick."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from registrar.tokens import Purpose, Tokens
from tests.bench.data import Place

GET, POST = "bare GET", "bare POST"
TYPED = {
    "name": "Robin Doe",
    "institution": "City Museum",
    "country": "FR",
    "timezone": "Europe/Paris",
    "language": "en",
    "scope": "season",
    "consent": "y",
    "website": "",
}


@dataclass(frozen=True)
class Asked:
    """The part of a client's orders that says what it asks for."""

    flow: str
    paths: list[str]
    status: int = 200
    cookie: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitors:
    """Makes the links and cookies that people of a filled database have."""

    place: Place
    app: Flask
    tokens: Tokens
    now: datetime

    def personal(self) -> str:
        """Return the cookie of a participant."""
        ends = self.now + timedelta(hours=2)
        return "personal=" + self.tokens.make(Purpose.PERSONAL, self.place.person_id, expires_at=ends)

    def staff(self) -> str:
        """Return the cookie of an organiser."""
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return "session=" + str(signer.dumps({"_user_id": self.place.staff_secret, "_fresh": True}))

    def joins(self) -> list[str]:
        live = self.place.live_id
        return [f"/join/{self.tokens.make(Purpose.JOIN, each, live)}" for each in self.place.registration_ids]

    def feed(self) -> str:
        return f"/feed/{self.tokens.make(Purpose.FEED, self.place.registration_ids[0])}.ics"

    def confirmations(self) -> list[str]:
        return [f"/confirm/{self.tokens.make(Purpose.CONFIRM, each)}" for each in self.place.sign_up_ids]

    def typed(self) -> dict[str, str]:
        """Return what a stranger types, as somebody who opened the form a minute ago."""
        opened = int((self.now - timedelta(minutes=1)).timestamp())
        return {**TYPED, "opened": self.tokens.make(Purpose.FORM, opened)}


@dataclass(frozen=True)
class Measure:
    """One line of the table; `asked` says what a client does on a filled database."""

    name: str
    yardstick: str
    asked: Callable[[Visitors], Asked]
    requests: int = 1
    connections: int = 4
    seconds: float = 1.5
    grows: bool = False
    """Whether it is also measured with fewer and with more registrations."""


def _sign_up(visitors: Visitors) -> Asked:
    return Asked("sign_up", [f"/weekly/{visitors.place.slug}/sign-up"], 303, fields=visitors.typed())


def _page(path: str, cookie: Callable[[Visitors], str] | None = None) -> Callable[[Visitors], Asked]:
    def asked(visitors: Visitors) -> Asked:
        place = path.format(series=visitors.place.slug, session=visitors.place.coming)
        return Asked("page", [place], cookie=cookie(visitors) if cookie else "")

    return asked


YARDSTICKS = {
    (GET, 4): Asked("page", ["/"]),
    (POST, 4): Asked("send", ["/"], fields={"name": "Robin Doe", "email": "robin@example.org"}),
    (POST, 8): Asked("send", ["/"], fields={"name": "Robin Doe", "email": "robin@example.org"}),
}
MEASURES = (
    Measure("sign-up: form and POST", POST, _sign_up, requests=2, seconds=2, grows=True),
    Measure("sign-up, 8 connections", POST, _sign_up, requests=2, seconds=2, connections=8),
    Measure(
        "confirmation: page and POST", POST, lambda to: Asked("confirm", to.confirmations(), 303), requests=2, seconds=2
    ),
    Measure("join link, live", POST, lambda to: Asked("page", to.joins(), 303)),
    Measure("sign-up form alone", GET, _page("/weekly/{series}/sign-up")),
    Measure("session page, stranger", GET, _page("/weekly/{series}/{session}"), grows=True),
    Measure("session page, personal", GET, _page("/weekly/{series}/{session}", Visitors.personal), grows=True),
    Measure("series page, stranger", GET, _page("/weekly/{series}")),
    Measure("series page, personal", GET, _page("/weekly/{series}", Visitors.personal), grows=True),
    Measure("personal page", GET, _page("/my", Visitors.personal), grows=True),
    Measure("private feed", GET, lambda to: Asked("page", [to.feed()])),
    Measure("organiser's list", GET, _page("/console/registrations", Visitors.staff), grows=True),
)
