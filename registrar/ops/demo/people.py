"""The people of the demonstration: when they signed up, confirmed, cancelled, and what they no longer want."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import exp
from random import Random
from typing import Any

from registrar.ops.demo.book import Book
from registrar.ops.demo.season import NEXT, Times, Week, local
from registrar.ops.demo.world import Profile, people
from registrar.people.models import Consent, Person
from registrar.people.rules import CONSENT_TEXT_VERSION, ConsentPurpose
from registrar.programmes.models import Programme
from registrar.weekly.models import Registration, SignUp, Unsubscription
from registrar.weekly.rules import Scope, Subscription
from registrar.weekly.signup.confirming import REFERENCE_LENGTH, REFERENCE_SIGNS

PEOPLE = 600
UNCONFIRMED = 17
CHOSEN_SHARE = 0.15
CANCELLED = 16
BOUNCING = 7
UNSUBSCRIBED = {Subscription.REMINDERS: 22, Subscription.FOLLOW_UPS: 15, Subscription.NEWS: 6}
CAMILLE = Profile(
    "Camille Demo", "demo@example.org", "Museum of Quiet Machines", "FR", timezone="Europe/Paris", locale="en"
)
CAMILLE_PLACE = 90
"""Her place in the order of confirmations: early, but too late for the 60 places of the workshop."""


@dataclass(eq=False)
class Member:
    """Somebody who is registered."""

    profile: Profile
    scope: Scope
    chosen: list[Week]
    signed_up_at: datetime
    confirmed_at: datetime
    sign_up_id: int = 0
    person_id: int = 0
    registration_id: int = 0
    cancelled_at: datetime | None = None
    unsubscribed: dict[Subscription, datetime] = field(default_factory=dict)
    bounces_in: int | None = None
    """The week from which on the address no longer exists."""
    bounced_at: datetime | None = None

    @property
    def is_camille(self) -> bool:
        return self.profile is CAMILLE

    @property
    def actor(self) -> str:
        return f"person:{self.person_id}"


@dataclass(frozen=True)
class Asked:
    """Somebody who never confirmed."""

    profile: Profile
    at: datetime
    sign_up_id: int
    refused_at: datetime | None


def members(book: Book, programme: Programme, weeks: list[Week], found: Times, rng: Random) -> list[Member]:
    """Note everybody who is registered, in the order in which they confirmed."""
    profiles = people(rng, PEOPLE - 1, {CAMILLE.email})
    arrivals = sorted(zip(_moments(rng, profiles, found), profiles, strict=True), key=lambda pair: pair[0][1])
    arrivals.insert(CAMILLE_PLACE, (arrivals[CAMILLE_PLACE][0], CAMILLE))
    made = [_member(rng, who, when, weeks) for when, who in arrivals]
    _leave(rng, made, found)
    _store_sign_ups(book, programme, made)
    for each in made:
        _store(book, programme, each, rng)
    return made


def asked(book: Book, programme: Programme, found: Times, rng: Random, taken: set[str]) -> list[Asked]:
    """Note the sign-ups of the last days that nobody has confirmed; the owner of one address said "not me"."""
    made = []
    for number, who in enumerate(people(rng, 60, taken)[:UNCONFIRMED]):
        at = found.today - timedelta(hours=2 + rng.random() * 120)
        refused_at = at + timedelta(minutes=50) if number == 0 else None
        row = _sign_up(book, programme, who, at, Scope.SEASON, [])
        row["refused_at"] = refused_at
        book.audit("anyone", "sign_up.ask", SignUp, row["id"], at, scope=Scope.SEASON)
        if refused_at:
            book.audit("anyone", "sign_up.refuse", SignUp, row["id"], refused_at)
        made.append(Asked(who, at, row["id"], refused_at))
    return made


def _moments(rng: Random, profiles: list[Profile], found: Times) -> list[tuple[datetime, datetime]]:
    """Return for each person when they signed up and when they confirmed."""
    days = range((found.today - found.opened_at).days)
    weights = [_eagerness(found, day) for day in days]
    return [_moment(rng, who, found, rng.choices(days, weights)[0]) for who in profiles]


def _eagerness(found: Times, day: int) -> float:
    """Return how many sign up that many days after the opening: a rush, a second one, and the eve of each session."""
    moment = found.opened_at + timedelta(days=day)
    ahead = [(start - moment).total_seconds() / 86400 for start in found.starts if start > moment]
    second = exp(-abs((found.starts[0] - moment).days) / 1.5)
    return 40 * exp(-day / 1.8) + 26 * second + 1 + (3 if ahead[0] < 2 else 0)


def _moment(rng: Random, who: Profile, found: Times, day: int) -> tuple[datetime, datetime]:
    at = time(int(rng.triangular(8, 23, 13)), rng.randrange(60), rng.randrange(60))
    signed_up = local((found.opened_at + timedelta(days=day)).date(), at, who.timezone)
    if signed_up < found.opened_at:
        signed_up = found.opened_at + timedelta(seconds=rng.randrange(60, 4 * 3600))
    minutes = rng.choices([rng.uniform(1, 30), rng.uniform(60, 500), rng.uniform(1200, 2600)], [82, 13, 5])[0]
    confirmed = signed_up + timedelta(seconds=int(minutes * 60))
    late = max((confirmed - found.today) // timedelta(days=1) + 1, 0) * timedelta(days=1)
    return signed_up - late, confirmed - late


def _member(rng: Random, who: Profile, when: tuple[datetime, datetime], weeks: list[Week]) -> Member:
    signed_up_at, confirmed_at = when
    chosen: list[Week] = []
    if rng.random() < CHOSEN_SHARE and who is not CAMILLE:
        coming = [week for week in weeks[: NEXT + 8] if week.ends_at > confirmed_at and not week.cancelled_at]
        chosen = sorted(rng.sample(coming, k=min(rng.randint(1, 4), len(coming))), key=lambda week: week.number)
    return Member(who, Scope.CHOSEN if chosen else Scope.SEASON, chosen, signed_up_at, confirmed_at)


def _leave(rng: Random, made: list[Member], found: Times) -> None:
    """Choose who cancels, whose address ends, and who switches which mail off."""
    others = [each for each in made[:-40] if not each.is_camille and each.scope is Scope.SEASON]
    leaving = rng.sample(others, k=CANCELLED + BOUNCING + sum(UNSUBSCRIBED.values()))
    for each in leaving[:CANCELLED]:
        each.cancelled_at = _between(rng, each.confirmed_at + timedelta(days=1), found.today)
    for each in leaving[CANCELLED : CANCELLED + BOUNCING]:
        each.bounces_in = rng.randint(2, NEXT - 1)
    rest = iter(leaving[CANCELLED + BOUNCING :])
    for subscription, count in UNSUBSCRIBED.items():
        for each in [next(rest) for _ in range(count)]:
            each.unsubscribed[subscription] = _between(rng, each.confirmed_at + timedelta(days=1), found.today)


def _store_sign_ups(book: Book, programme: Programme, made: list[Member]) -> None:
    for each in sorted(made, key=lambda member: member.signed_up_at):
        ids = [week.id for week in each.chosen]
        row = _sign_up(book, programme, each.profile, each.signed_up_at, each.scope, ids)
        row["confirmed_at"], each.sign_up_id = each.confirmed_at, row["id"]
        book.audit("anyone", "sign_up.ask", SignUp, row["id"], each.signed_up_at, scope=each.scope)


def _sign_up(
    book: Book, programme: Programme, who: Profile, at: datetime, scope: Scope, session_ids: list[int]
) -> dict[str, Any]:
    row = book.add(SignUp, programme_id=programme.id, scope=scope, session_ids=session_ids, **_typed(who))
    row |= {"consent_version": CONSENT_TEXT_VERSION, "created_at": at, "updated_at": at}
    row |= {"mail_number": 1, "mailed_at": at}
    return row


def _store(book: Book, programme: Programme, each: Member, rng: Random) -> None:
    at = each.confirmed_at
    each.person_id = book.add(Person, **_typed(each.profile), created_at=at, confirmed_at=at)["id"]
    consent = book.add(Consent, person_id=each.person_id, purpose=ConsentPurpose.WEEKLY_MAIL)
    consent |= {"text_version": CONSENT_TEXT_VERSION, "locale": each.profile.locale}
    consent |= {"given_at": each.signed_up_at, "proven_at": at}
    registration = book.add(Registration, programme_id=programme.id, person_id=each.person_id, scope=each.scope)
    registration |= {"confirmed_at": at, "cancelled_at": each.cancelled_at}
    registration["reference"] = "".join(rng.choices(REFERENCE_SIGNS, k=REFERENCE_LENGTH))
    each.registration_id = registration["id"]
    book.audit(each.actor, "registration.confirm", Registration, each.registration_id, at, scope=each.scope)
    for subscription, moment in each.unsubscribed.items():
        row = {"registration_id": each.registration_id, "subscription": subscription}
        book.add(Unsubscription, created_at=moment, **row)
        book.audit(
            each.actor, "weekly.unsubscribe", Registration, each.registration_id, moment, subscription=subscription
        )


def _typed(who: Profile) -> dict[str, Any]:
    place = {"institution": who.institution, "country": who.country, "timezone": who.timezone, "locale": who.locale}
    return {"email": who.email, "email_key": who.email, "name": who.name, **place}


def _between(rng: Random, early: datetime, late: datetime) -> datetime:
    """Return a moment, to the second, after `early` and, if that is possible, before `late`."""
    return early + timedelta(seconds=int(max((late - early).total_seconds(), 60) * rng.random()))
