"""A call of the demonstration that went all the way: released, offers answered, the waiting list moved, a roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, OfferState, Verdict
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.cohorts.rules import Freed, offer_until
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.deciding import decide
from registrar.ops.demo.ledger import Ledger, Post
from registrar.reviews.decision_models import Release
from registrar.reviews.rules import ReleaseState

PLACES, WAITED = 20, 7
OFFER_DAYS = 14
TURNED_DOWN = {10: Freed.DECLINED, 13: Freed.DECLINED, 17: Freed.DECLINED, 15: Freed.LAPSED, 24: Freed.DECLINED}
"""By number: who gave a place back, the first four of those chosen, the last promoted from the waiting list."""
DROPPED_OUT = frozenset({3, 6, 19})
ZONE = "Europe/Paris"


@dataclass(frozen=True)
class Ending:
    """What becomes of a call that is over."""

    scene: Scene
    ledger: Ledger
    letters: Mapping[Verdict, dict[str, Any]]
    programme_id: int
    at: datetime
    """When it was released."""

    @property
    def by(self) -> str:
        return f"staff:{self.scene.staff_id}"


def verdict_of(number: int) -> Verdict:
    """Return the verdict on the application of that number; the first, Camille's, was declined and may try again."""
    if 0 < number <= PLACES:
        return Verdict.ACCEPT
    return Verdict.WAITLIST if PLACES < number <= PLACES + WAITED else Verdict.DECLINE


def release(ending: Ending, told: Sequence[Told]) -> None:
    """Note the release with its letters, then everything that followed."""
    release = _note(ending, told)
    for number, each in enumerate(told):
        verdict = verdict_of(number)
        position = number - PLACES if verdict is Verdict.WAITLIST else None
        decide(ending.scene, each, verdict, position, ending.at - timedelta(days=1))
        each.row |= {"released_verdict": verdict, "released_at": ending.at, "waitlist_position": position}
        ending.scene.book.audit(ending.by, "application.release", Application, each.id, ending.at, verdict=verdict)
        _letters(ending, each, release["id"], verdict)
        if verdict is Verdict.ACCEPT:
            _offer(ending, each, number, ending.at, ending.by)
    _promote(ending, told)


def _note(ending: Ending, told: Sequence[Told]) -> dict[str, Any]:
    verdicts = [verdict_of(number) for number in range(len(told))]
    figures = {str(each): verdicts.count(each) for each in Verdict}
    figures["letters"] = sum(len(each.team.people) for each in told)
    row = {"call_id": ending.scene.call_id, "state": ReleaseState.DONE, "asked_at": ending.at, "asked_by": ending.by}
    row |= {"offers_until": offer_until(ending.at, OFFER_DAYS, ZONE), "released_at": ending.at, "figures": figures}
    found = ending.scene.book.add(Release, **row)
    found["confirmed_by"] = ""
    ending.scene.book.audit(ending.by, "release.done", Release, found["id"], ending.at, **figures)
    return found


def _letters(ending: Ending, told: Told, release: int, verdict: Verdict) -> None:
    about = {"application_id": told.id, "letter_version_id": ending.letters[verdict]["id"]}
    about["context"] = {"release": release, "verdict": str(verdict)}
    for person in told.team.people:
        key = f"decision:{told.id}:{release}:{person.person_id}"
        post = Post(key=key, kind="reviews.decision", at=ending.at, about=about)
        ending.ledger.to_member(person, post)["registration_id"] = None


def _offer(ending: Ending, told: Told, number: int, at: datetime, by: str) -> None:
    """Note an offer and its answer, some days later."""
    until = offer_until(at, OFFER_DAYS, ZONE)
    told.row |= {"offer": OfferState.ACCEPTED, "offer_until": until, "waitlist_position": None}
    ending.scene.book.audit(by, "offer.make", Application, told.id, at, until=until.isoformat())
    if (freed := TURNED_DOWN.get(number)) is not None:
        told.row["offer"] = OfferState(freed)
        actor = "worker" if freed is Freed.LAPSED else told.actor
        action = "offer.lapse" if freed is Freed.LAPSED else "offer.decline"
        ending.scene.book.audit(actor, action, Application, told.id, answered_at(number, at, until))
        return
    answered = answered_at(number, at, until)
    ending.scene.book.audit(told.actor, "offer.accept", Application, told.id, answered)
    _enrol(ending, told, number, answered)


def answered_at(number: int, at: datetime, until: datetime) -> datetime:
    """Return when an offer was answered or lapsed."""
    return until if TURNED_DOWN.get(number) is Freed.LAPSED else at + timedelta(days=1 + number % 5, hours=number % 7)


def _enrol(ending: Ending, told: Told, number: int, at: datetime) -> None:
    left = at + timedelta(days=60) if number in DROPPED_OUT else None
    told.row["enrolment"] = Enrolment.DROPPED_OUT if left else Enrolment.COMPLETED
    ids = {"programme_id": ending.programme_id, "institution_id": told.team.institution["id"]}
    ending.scene.book.add(RosterEntry, **ids, application_id=told.id, enrolled_at=at, left_at=left)


def _promote(ending: Ending, told: Sequence[Told]) -> None:
    """Pass each place that was given back to the next on the waiting list, in the order in which it became free."""
    until = offer_until(ending.at, OFFER_DAYS, ZONE)
    freed = sorted((answered_at(number, ending.at, until), number) for number in TURNED_DOWN if number <= PLACES)
    for position in range(1, len(TURNED_DOWN) + 1):
        at, number = freed.pop(0)
        place = PLACES + position
        actor = "worker" if TURNED_DOWN[number] is Freed.LAPSED else told[number].actor
        promotion: dict[str, Any] = {
            "call_id": ending.scene.call_id,
            "application_id": told[place].id,
            "freed_by_id": told[number].id,
        }
        promotion |= {"cause": TURNED_DOWN[number], "waitlist_position": position, "promoted_at": at}
        ending.scene.book.add(Promotion, **promotion, promoted_by=actor)
        _offer(ending, told[place], place, at, actor)
        if place in TURNED_DOWN:
            freed.append((answered_at(place, at, offer_until(at, OFFER_DAYS, ZONE)), place))
            freed.sort()
