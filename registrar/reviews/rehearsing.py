"""The dry run of a release: what it would do, and everything that is in its way or should be known."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registrar.applications.models import Application, Member
from registrar.applications.rules import Lifecycle, OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.mail.suppression import suppressed_among
from registrar.reviews.decision_models import CallLetter, Decision


class Problem(StrEnum):
    """What a dry run finds; those in `STOPPING` must be mended first."""

    UNDECIDED = "undecided"
    TOO_MANY = "too_many"
    """More accepted, with offers already open or accepted, than there are places."""
    NO_LETTER = "no_letter"
    ONE_LANGUAGE = "one_language"
    """A letter has no words in the language of a team."""
    SUPPRESSED = "suppressed"
    """Nobody of the team can be written to."""
    NOBODY = "nobody"
    """The team has no member."""
    REFUSED = "refused"
    """Accepted although an organiser said that it may not apply."""
    ANSWERED = "answered"
    """Declined now, but the team has accepted a place already."""
    OFFER_PAST = "offer_past"
    """The deadline of the offers is over."""
    BEFORE_DEADLINE = "before_deadline"
    """Teams can still change their applications."""


STOPPING = frozenset(
    {
        Problem.UNDECIDED,
        Problem.TOO_MANY,
        Problem.NO_LETTER,
        Problem.ANSWERED,
        Problem.OFFER_PAST,
        Problem.BEFORE_DEADLINE,
    }
)


@dataclass(frozen=True)
class Found:
    """A problem, and the application it is about if it is about one."""

    problem: Problem
    application: Application | None = None
    detail: str = ""


@dataclass(frozen=True)
class DryRun:
    """What a release would do."""

    call: Call
    changes: tuple[tuple[Application, Verdict], ...]
    """Applications whose released verdict would be new or another one."""
    counts: dict[Verdict, int]
    letters: int
    problems: tuple[Found, ...]
    reordered: bool
    """Whether those who were told that they wait would stand in another order."""
    fingerprint: str
    """Of the decisions that were looked at."""

    @property
    def has_news(self) -> bool:
        return bool(self.changes) or self.reordered

    @property
    def may_go(self) -> bool:
        return self.has_news and not any(each.problem in STOPPING for each in self.problems)


def dry_run(db: DbSession, call: Call, *, offers_until: datetime, now: datetime) -> DryRun:
    """Return what a release would do now, and everything that is in its way or should be known."""
    applications, decisions = _applications(db, call), _decisions(db, call)
    changes = tuple(
        (each, verdict)
        for each in applications
        if (verdict := decisions.get(each.id)) is not None and each.released_verdict is not verdict
    )
    letters = letters_of(db, call)
    counts = Counter(verdict for _, verdict in changes)
    silent = suppressed_among(db, {member.person.email for each, _ in changes for member in each.members})
    problems = [
        *_of_the_whole(db, call, applications, decisions, offers_until, now),
        *(found for application, verdict in changes for found in _of_one(application, verdict, letters, silent)),
        *(Found(Problem.NO_LETTER, detail=verdict) for verdict in counts if verdict not in letters),
    ]
    people = sum(len(each.members) for each, _ in changes)
    order = _order(db, call)
    reordered = _is_reordered(applications, order)
    fingerprint = _fingerprint(changes, decisions, order)
    return DryRun(call, changes, dict(counts), people, tuple(problems), reordered, fingerprint)


def letters_of(db: DbSession, call: Call) -> dict[Verdict, LetterVersion]:
    """Return the newest version of the letter for each verdict."""
    statement = (
        select(CallLetter)
        .where(CallLetter.call_id == call.id)
        .options(joinedload(CallLetter.template).selectinload(LetterTemplate.versions))
    )
    return {each.verdict: each.template.versions[-1] for each in db.scalars(statement) if each.template.versions}


def _applications(db: DbSession, call: Call) -> list[Application]:
    statement = (
        select(Application)
        .where(Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED)
        .options(selectinload(Application.members).selectinload(Member.person), joinedload(Application.institution))
        .order_by(Application.id)
    )
    return list(db.scalars(statement, execution_options={"populate_existing": True}))


def _decisions(db: DbSession, call: Call) -> dict[int, Verdict]:
    statement = select(Decision.application_id, Decision.verdict).where(
        Decision.call_id == call.id, Decision.verdict.is_not(None)
    )
    return {number: verdict for number, verdict in db.execute(statement) if verdict is not None}


def _order(db: DbSession, call: Call) -> list[int]:
    """Return the internal waiting list."""
    statement = select(Decision.application_id).where(Decision.call_id == call.id, Decision.verdict == Verdict.WAITLIST)
    return list(db.scalars(statement.order_by(Decision.waitlist_position.nulls_last(), Decision.application_id)))


def _is_reordered(applications: list[Application], order: list[int]) -> bool:
    """Tell whether those who were told that they wait would stand in another order now."""
    told = {each.id: each for each in applications if each.released_verdict is Verdict.WAITLIST and each.offer is None}
    waiting = [each for each in told.values() if each.waitlist_position is not None and each.id in order]
    now_in_line = [each.id for each in sorted(waiting, key=lambda each: each.waitlist_position or 0)]
    return [number for number in order if number in told] != now_in_line


def _of_the_whole(
    db: DbSession,
    call: Call,
    applications: list[Application],
    decisions: dict[int, Verdict],
    offers_until: datetime,
    now: datetime,
) -> list[Found]:
    found = [Found(Problem.UNDECIDED, each) for each in applications if each.id not in decisions]
    coming = sum(
        decisions.get(each.id) is Verdict.ACCEPT and each.offer is None and each.released_verdict is not Verdict.ACCEPT
        for each in applications
    )
    if call.places is not None and coming + offers.taken(db, call) > call.places:
        found.append(Found(Problem.TOO_MANY, detail=str(coming + offers.taken(db, call) - call.places)))
    if now < call.closes_at + call.grace:
        found.append(Found(Problem.BEFORE_DEADLINE))
    if coming and offers_until <= now:
        found.append(Found(Problem.OFFER_PAST))
    return found


def _of_one(
    application: Application, verdict: Verdict, letters: dict[Verdict, LetterVersion], silent: set[str]
) -> list[Found]:
    found = []
    addresses = [each.person.email for each in application.members]
    if not addresses:
        found.append(Found(Problem.NOBODY, application))
    elif silent.issuperset(addresses):
        found.append(Found(Problem.SUPPRESSED, application))
    if verdict is Verdict.ACCEPT and application.eligibility == "refused":
        found.append(Found(Problem.REFUSED, application))
    if verdict is not Verdict.ACCEPT and application.offer is OfferState.ACCEPTED:
        found.append(Found(Problem.ANSWERED, application))
    if (letter := letters.get(verdict)) is not None:
        spoken = {each.person.locale for each in application.members}
        found += [
            Found(Problem.ONE_LANGUAGE, application, language)
            for language in sorted(spoken)
            if not (letter.body_fr if language == "fr" else letter.body_en)
        ]
    return found


def _fingerprint(
    changes: tuple[tuple[Application, Verdict], ...], decisions: dict[int, Verdict], order: list[int]
) -> str:
    seen = [(application.id, application.version, str(verdict)) for application, verdict in changes]
    return sha256(repr((seen, sorted(decisions.items()), order)).encode()).hexdigest()[:16]
