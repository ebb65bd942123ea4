"""Every kind of mail that is known: what a compiled skeleton gives reads as if the letter had been written for itself.

A new kind needs a scene here; the last test says which is missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.campaigns import operations as campaigns
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.kinds import EXTENSION, Draft, compose_all
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.programmes.models import Programme, Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Seat, SignUp
from registrar.weekly.rules import Scope, SeatState
from tests import factories
from tests.applications import scenes
from tests.campaigns.conftest import agrees
from tests.mail.alike import assert_reads_alike, is_shared
from tests.reviews import scenes as review_scenes

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = (
    "Ana Silva",
    "Bo Li",
    'Zoë "Z" <b>O\'Hara</b> &amp; Söhne',
    "\ue000my_link\ue001 \ue000name\ue001",
    "שרה \U0001f469\u200d\U0001f3a8",
)
SHARED = {"reminders.before", "reminders.waiting", "reminders.after", "reminders.follow_up", "campaigns.letter"}
"""What goes to many."""
pytestmark = pytest.mark.usefixtures("context")


@dataclass(frozen=True)
class World:
    """A session with people of difficult names."""

    db: DbSession
    programme: Programme
    session: Session
    seats: list[Seat]
    now: datetime

    def about(self, seat: Seat) -> dict[str, Any]:
        registration = seat.registration
        ids = {"registration_id": registration.id, "person_id": registration.person_id, "session_id": self.session.id}
        return {**ids, "revision": self.session.revision}

    def told(self) -> dict[str, Any]:
        moments = {"from": self.session.starts_at.isoformat(), "until": self.session.ends_at.isoformat()}
        return {"sessions": [{"session": self.session.id, "revision": self.session.revision, **moments}]}


Scene = Callable[[World], Iterator[dict[str, Any]]]


@pytest.fixture
def world(db: DbSession, now: datetime) -> World:
    programme = factories.series(db)
    session = factories.session(db, programme, starts_at=START, title_en="Lending & borrowing", title_fr="Prêter")
    seats = []
    for number, name in enumerate(NAMES):
        person = factories.person(db, name=name, locale="fr" if number == 2 else "en", institution="Musée <x>")
        registration = factories.registration(db, programme, person_id=person.id)
        seats.append(factories.seat(db, registration, session, changes=1))
        agrees(db, person, now - DAY)
    db.commit()
    return World(db, programme, session, seats, now)


def about_staff(world: World) -> Iterator[dict[str, Any]]:
    for name in NAMES:
        yield {"staff_id": factories.staff(world.db, name=name).id}


def about_sign_ups(world: World) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(NAMES):
        email = f"new{number}@example.org"
        found = SignUp(
            programme_id=world.programme.id, email=email, email_key=email, name=name, timezone="Europe/Paris",
            locale="en", scope=Scope.SEASON, session_ids=[], consent_version="2026-11", created_at=world.now,
            updated_at=world.now, mail_number=1, mailed_at=world.now,
        )  # fmt: skip
        yield {"sign_up_id": factories.stored(world.db, found).id, "context": {"number": 1}}


def about_seats(world: World) -> Iterator[dict[str, Any]]:
    yield from ({**world.about(seat), "context": {"seat": seat.id, "changes": 1}} for seat in world.seats)


def about_skipped_seats(world: World) -> Iterator[dict[str, Any]]:
    for seat in world.seats:
        seat.state = SeatState.SKIPPED
    yield from about_seats(world)


def about_offers(world: World) -> Iterator[dict[str, Any]]:
    for seat in world.seats:
        seat.state, seat.offered_until, seat.queue_number = SeatState.OFFERED, world.now + DAY, seat.id
        yield {"key": f"offer:{seat.id}:{seat.id}", "context": {"seat": seat.id}}


def about_farewells(world: World) -> Iterator[dict[str, Any]]:
    for seat in world.seats:
        seat.registration.cancelled_at = world.now
        yield world.about(seat)


def about_changes(world: World) -> Iterator[dict[str, Any]]:
    yield from ({**world.about(seat), "context": world.told()} for seat in world.seats)


def about_a_cancelled_session(world: World) -> Iterator[dict[str, Any]]:
    world.session.cancelled_at = world.now
    yield from about_changes(world)


def reminding(anchor: Anchor, audience: Audience, **session: Any) -> Scene:
    def scene(world: World) -> Iterator[dict[str, Any]]:
        rule = ReminderRule(programme_id=world.programme.id, anchor=anchor, lead=HOUR, audience=audience)
        number = factories.stored(world.db, rule).id
        for name, value in session.items():
            setattr(world.session, name, value)
        for seat in world.seats:
            if audience is Audience.WAITING:
                seat.state, seat.queue_number = SeatState.WAITING, seat.id
            yield {**world.about(seat), "rule_id": number, "topic": world.programme.slug}

    return scene


def about_campaigns(world: World) -> Iterator[dict[str, Any]]:
    version = letter(world)
    template = world.db.get_one(LetterTemplate, version.template_id)
    sent = campaigns.create(
        world.db, "News", world.programme, template, timezone="Europe/Paris", by="staff:1", now=world.now
    )
    campaigns.choose(world.db, sent.id, Segment(series=world.programme.id), by="staff:1", now=world.now)
    sent.version_id = version.id
    staff = factories.staff(world.db)
    for seat in world.seats:
        person_id = seat.registration.person_id
        yield {
            "campaign_id": sent.id, "letter_version_id": version.id, "person_id": person_id, "staff_id": staff.id,
            "context": {"campaign": sent.id, "as": person_id, "locale": "en"},
        }  # fmt: skip


def letter(world: World) -> LetterVersion:
    template = factories.stored(world.db, LetterTemplate(name="News", use=LetterUse.CAMPAIGN, created_at=world.now))
    body = "Dear {{ name }} of {{ institution }},\n\n*{{ name }}*, [your page]({{ my_link }}), {{ my_link }}: come!"
    words = {
        f"{what}_{locale}": text
        for what, text in (("subject", "For {{ name }}"), ("body", body))
        for locale in ("en", "fr")
    }
    version = LetterVersion(template_id=template.id, number=1, created_at=world.now, created_by="staff:1", **words)
    return factories.stored(world.db, version)


def applying(scene: scenes.Scene) -> Scene:
    def for_its_people(world: World) -> Iterator[dict[str, Any]]:
        yield from scene(world.db, [seat.registration.person for seat in world.seats], world.now)

    return for_its_people


SCENES: dict[str, tuple[Scene, datetime | None]] = {
    "accounts.sign_in": (about_staff, None),
    "accounts.invitation": (about_staff, None),
    "weekly.confirm": (about_sign_ups, None),
    "weekly.confirmed": (about_seats, None),
    "weekly.offer": (about_offers, None),
    "weekly.link": (about_seats, None),
    "weekly.skipped": (about_skipped_seats, None),
    "weekly.returned": (about_seats, None),
    "weekly.cancelled_registration": (about_farewells, None),
    "weekly.moved": (about_changes, None),
    "weekly.session_cancelled": (about_a_cancelled_session, None),
    "weekly.reinstated": (about_changes, None),
    "weekly.added": (about_changes, None),
    "reminders.before": (reminding(Anchor.START, Audience.CONFIRMED), START - HOUR),
    "reminders.waiting": (reminding(Anchor.START, Audience.WAITING), START - HOUR),
    "reminders.after": (reminding(Anchor.END, Audience.MISSED), START + 2 * HOUR),
    "reminders.follow_up": (
        reminding(Anchor.PUBLISHED, Audience.MISSED, published_at=START + DAY, summary_en="All of it."),
        START + DAY + HOUR,
    ),
    "campaigns.letter": (about_campaigns, None),
    "campaigns.test": (about_campaigns, None),
    **{kind: (applying(scene), None) for kind, scene in scenes.SCENES.items()},
    **{kind: (applying(scene), None) for kind, scene in review_scenes.SCENES.items()},
}
"""For each kind what its mails are about, and when they are written if not at once."""


@pytest.mark.parametrize("kind", SCENES)
def test_every_letter_reads_as_if_it_had_been_written_for_itself(db: DbSession, world: World, kind: str) -> None:
    scene, moment = SCENES[kind]
    at = moment or world.now
    asked = list(scene(world))
    enqueue(
        db, *(NewMail(**{"key": f"{kind}:{number}", "kind": kind, **each}) for number, each in enumerate(asked)), now=at
    )
    db.commit()
    mails = db.scalars(select(OutboxMail).where(OutboxMail.kind == kind)).all()

    answers = compose_all(db, mails, at)

    drafts = [(answer, mail) for mail in mails if isinstance(answer := answers[mail.id], Draft)]
    assert len(drafts) == len(NAMES), answers
    for draft, mail in drafts:
        assert_reads_alike(draft, mail, at)
    if kind in SHARED:
        assert [is_shared(draft) for draft, _ in drafts] == [True] * len(NAMES)


def test_every_kind_has_its_scene(app: Flask) -> None:
    assert set(app.extensions[EXTENSION]) == set(SCENES)
