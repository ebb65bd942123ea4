"""Release: what was decided becomes visible to every team in one transaction, after a dry run that says what is wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registrar.applications.models import Application, Member
from registrar.applications.rules import Lifecycle, OfferState, Verdict
from registrar.audit import operations as audit
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Lane, Reason
from registrar.mail.suppression import is_suppressed
from registrar.reviews.decision_models import CallLetter, Decision, Release
from registrar.reviews.rules import ReleaseState

KIND = "reviews.decision"


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
    fingerprint: str
    """Of the decisions that were looked at."""

    @property
    def may_go(self) -> bool:
        return bool(self.changes) and not any(each.problem in STOPPING for each in self.problems)


def dry_run(db: DbSession, call: Call, *, offers_until: datetime, now: datetime) -> DryRun:
    """Return what a release would do now, and everything that is in its way or should be known."""
    applications, decisions = _applications(db, call), _decisions(db, call)
    changes = tuple(
        (each, verdict)
        for each in applications
        if (verdict := decisions.get(each.id)) is not None and each.released_verdict is not verdict
    )
    letters = _letters(db, call)
    counts = Counter(verdict for _, verdict in changes)
    problems = [
        *_of_the_whole(db, call, applications, decisions, offers_until, now),
        *(found for application, verdict in changes for found in _of_one(db, application, verdict, letters)),
        *(Found(Problem.NO_LETTER, detail=verdict) for verdict in counts if verdict not in letters),
    ]
    people = sum(len(each.members) for each, _ in changes)
    return DryRun(call, changes, dict(counts), people, tuple(problems), _fingerprint(changes, decisions))


def release(
    db: DbSession, call_id: int, *, fingerprint: str, offers_until: datetime, by: str, second: str = "", now: datetime
) -> Release:
    """Release every decision that is new, with letters, offers and the waiting list, or nothing at all.

    Raise `Conflict` if the decisions are not those of the dry run any more, `Refusal` while something is in the way.
    """
    call = offers.locked_call(db, call_id)
    run = dry_run(db, call, offers_until=offers_until, now=now)
    if run.fingerprint != fingerprint:
        raise Conflict(N_("The decisions have changed since the dry run. Look at them again."))
    if not run.may_go:
        raise Refusal(N_("Something is in the way of the release. The dry run says what."))
    _clear_waiting_list(db, call)
    for application, verdict in run.changes:
        _release_one(db, application, verdict, offers_until, by, now)
    _number_waiting_list(db, call)
    found = _note(db, call, run, offers_until, by, second, now)
    _write(db, call, run, found, now)
    return found


def ask(db: DbSession, call_id: int, *, fingerprint: str, offers_until: datetime, by: str, now: datetime) -> Release:
    """Ask a second person to release what the first has looked at."""
    call = offers.locked_call(db, call_id)
    run = dry_run(db, call, offers_until=offers_until, now=now)
    if run.fingerprint != fingerprint or not run.may_go:
        raise Conflict(N_("The decisions have changed since the dry run. Look at them again."))
    take_back(db, call, by=by, now=now)
    found = Release(call_id=call.id, state=ReleaseState.ASKED, asked_at=now, asked_by=by, offers_until=offers_until)
    found.figures = {"fingerprint": fingerprint, **_figures(run)}
    db.add(found)
    db.flush()
    audit.record(db, by, "release.ask", found, now=now)
    return found


def asked(db: DbSession, call: Call) -> Release | None:
    """Return the release that waits for a second person."""
    return db.scalar(select(Release).where(Release.call_id == call.id, Release.state == ReleaseState.ASKED))


def take_back(db: DbSession, call: Call, *, by: str, now: datetime) -> None:
    """Take back the question for a second person, if there is one."""
    if (found := asked(db, call)) is not None:
        found.state = ReleaseState.TAKEN_BACK
        audit.record(db, by, "release.take_back", found, now=now)
        db.flush()


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


def _letters(db: DbSession, call: Call) -> dict[Verdict, LetterVersion]:
    """Return the newest version of the letter for each verdict."""
    statement = (
        select(CallLetter)
        .where(CallLetter.call_id == call.id)
        .options(joinedload(CallLetter.template).selectinload(LetterTemplate.versions))
    )
    return {each.verdict: each.template.versions[-1] for each in db.scalars(statement) if each.template.versions}


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
    db: DbSession, application: Application, verdict: Verdict, letters: dict[Verdict, LetterVersion]
) -> list[Found]:
    found = []
    addresses = [each.person.email for each in application.members]
    if not addresses:
        found.append(Found(Problem.NOBODY, application))
    elif all(is_suppressed(db, each) for each in addresses):
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


def _release_one(
    db: DbSession, application: Application, verdict: Verdict, until: datetime, by: str, now: datetime
) -> None:
    """Show one verdict; an offer that was open and is no longer meant is taken back."""
    application.released_verdict, application.released_at = verdict, now
    application.version += 1
    if application.offer is OfferState.OPEN and verdict is not Verdict.ACCEPT:
        application.offer = OfferState.WITHDRAWN
    audit.record(db, by, "application.release", application, now=now, verdict=verdict)
    db.flush()
    if verdict is Verdict.ACCEPT and application.offer in (None, OfferState.DECLINED, OfferState.LAPSED):
        offers.offer(db, application, until=until, by=by, now=now)


def _clear_waiting_list(db: DbSession, call: Call) -> None:
    for each in _waiting(db, call):
        each.waitlist_position = None
    db.flush()


def _number_waiting_list(db: DbSession, call: Call) -> None:
    """Show the waiting list in the order of the decisions, without those who were offered a place already."""
    statement = (
        select(Decision.application_id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.call_id == call.id,
            Decision.verdict == Verdict.WAITLIST,
            Application.released_verdict == Verdict.WAITLIST,
            Application.offer.is_(None),
            Application.state == Lifecycle.SUBMITTED,
        )
        .order_by(Decision.waitlist_position)
    )
    for place, number in enumerate(db.scalars(statement).all(), start=1):
        db.get_one(Application, number).waitlist_position = place
    db.flush()


def _waiting(db: DbSession, call: Call) -> list[Application]:
    statement = select(Application).where(Application.call_id == call.id, Application.waitlist_position.is_not(None))
    return list(db.scalars(statement))


def _note(
    db: DbSession, call: Call, run: DryRun, offers_until: datetime, by: str, second: str, now: datetime
) -> Release:
    found = asked(db, call) if second else None
    if found is None:
        found = Release(call_id=call.id, asked_at=now, asked_by=by)
        db.add(found)
    found.state, found.released_at, found.offers_until = ReleaseState.DONE, now, offers_until
    found.confirmed_by, found.figures = second, {"fingerprint": run.fingerprint, **_figures(run)}
    db.flush()
    audit.record(db, second or by, "release.done", found, now=now, **_figures(run))
    return found


def _figures(run: DryRun) -> dict[str, int]:
    return {"letters": run.letters, **{str(verdict): count for verdict, count in run.counts.items()}}


def _write(db: DbSession, call: Call, run: DryRun, found: Release, now: datetime) -> None:
    """Put the letters into the outbox; those of an earlier release that have not left are superseded."""
    letters = _letters(db, call)
    numbers = [application.id for application, _ in run.changes]
    cancel_waiting(
        db, Reason.SUPERSEDED, OutboxMail.kind == KIND, OutboxMail.application_id.in_(numbers), now=now
    )  # fmt: skip
    mails = [
        NewMail(
            key=f"decision:{application.id}:{found.id}:{member.person_id}",
            kind=KIND,
            lane=Lane.PERSONAL,
            person_id=member.person_id,
            application_id=application.id,
            letter_version_id=letters[verdict].id,
            context={"release": found.id, "verdict": str(verdict)},
        )
        for application, verdict in run.changes
        for member in application.members
    ]
    enqueue(db, *mails, now=now)


def _fingerprint(changes: tuple[tuple[Application, Verdict], ...], decisions: dict[int, Verdict]) -> str:
    seen = [(application.id, application.version, str(verdict)) for application, verdict in changes]
    return sha256(repr((seen, sorted(decisions.items()))).encode()).hexdigest()[:16]
