"""Release: what was decided becomes visible to every team in one transaction, or nothing does."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, OfferState, Verdict
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, cancel_waiting, enqueue
from registrar.mail.rules import Lane, Reason
from registrar.reviews.decision_models import Decision, Release
from registrar.reviews.rehearsing import DryRun, dry_run, letters_of
from registrar.reviews.rules import ReleaseState

KIND = "reviews.decision"


@dataclass(frozen=True)
class Shares:
    """What teams learn beyond their verdict; see `feedback`."""

    feedback: bool = False
    """Declined teams read the levels they were given and what reviewers wrote for them."""
    place_in_line: bool = False
    """Waiting teams see how manieth they are."""


NOTHING_MORE = Shares()


def release(
    db: DbSession,
    call_id: int,
    *,
    fingerprint: str,
    offers_until: datetime,
    by: str,
    second: str = "",
    shares: Shares = NOTHING_MORE,
    now: datetime,
) -> Release:
    """Release every decision that is new, with letters, offers and the waiting list, or nothing at all.

    Raise `Conflict` if the decisions are not those of the dry run any more, `Refusal` while something is in the way.
    """
    call = offers.locked_call(db, call_id)
    refuse_if_frozen(call)
    run = dry_run(db, call, offers_until=offers_until, now=now)
    if run.fingerprint != fingerprint:
        raise Conflict(N_("The decisions have changed since the dry run. Look at them again."))
    if not run.may_go:
        raise Refusal(N_("Something is in the way of the release. The dry run says what."))
    _clear_waiting_list(db, call)
    for application, verdict in run.changes:
        _release_one(db, application, verdict, offers_until, by, now)
    _number_waiting_list(db, call)
    found = _note(db, call, run, offers_until, by, second, shares, now)
    _write(db, call, run, found, now)
    return found


def ask(
    db: DbSession,
    call_id: int,
    *,
    fingerprint: str,
    offers_until: datetime,
    by: str,
    shares: Shares = NOTHING_MORE,
    now: datetime,
) -> Release:
    """Ask a second person to release what the first has looked at."""
    call = offers.locked_call(db, call_id)
    refuse_if_frozen(call)
    run = dry_run(db, call, offers_until=offers_until, now=now)
    if run.fingerprint != fingerprint or not run.may_go:
        raise Conflict(N_("The decisions have changed since the dry run. Look at them again."))
    take_back(db, call, by=by, now=now)
    found = Release(call_id=call.id, state=ReleaseState.ASKED, asked_at=now, asked_by=by, offers_until=offers_until)
    found.figures = {"fingerprint": fingerprint, **_figures(run), **asdict(shares)}
    db.add(found)
    db.flush()
    audit.record(db, by, "release.ask", found, now=now)
    return found


def confirm(db: DbSession, call_id: int, *, second: str, now: datetime) -> Release:
    """Release, as the second person, exactly what the first one asked for."""
    call = offers.locked_call(db, call_id)
    found = asked(db, call)
    if found is None:
        raise Conflict(N_("Nobody asks for a second person any more."))
    if found.asked_by == second:
        raise Refusal(N_("Somebody else has to confirm what you have asked for."))
    figures: dict[str, Any] = found.figures
    return release(
        db,
        call_id,
        fingerprint=figures["fingerprint"],
        offers_until=found.offers_until,
        by=found.asked_by,
        second=second,
        shares=Shares(bool(figures.get("feedback")), bool(figures.get("place_in_line"))),
        now=now,
    )


def asked(db: DbSession, call: Call) -> Release | None:
    """Return the release that waits for a second person."""
    return db.scalar(select(Release).where(Release.call_id == call.id, Release.state == ReleaseState.ASKED))


def take_back(db: DbSession, call: Call, *, by: str, now: datetime) -> None:
    """Take back the question for a second person, if there is one."""
    if (found := asked(db, call)) is not None:
        found.state = ReleaseState.TAKEN_BACK
        audit.record(db, by, "release.take_back", found, now=now)
        db.flush()


def _release_one(
    db: DbSession, application: Application, verdict: Verdict, until: datetime, by: str, now: datetime
) -> None:
    """Show one verdict; an offer that was open and is no longer meant is taken back."""
    application.released_verdict, application.released_at = verdict, now
    application.version += 1
    if application.offer is OfferState.OPEN and verdict is Verdict.DECLINE:
        application.offer = OfferState.WITHDRAWN
    if verdict is Verdict.WAITLIST:
        application.offer = application.offer_until = None  # so that it can wait for another one
    audit.record(db, by, "application.release", application, now=now, verdict=verdict)
    db.flush()
    if verdict is Verdict.ACCEPT and application.offer not in offers.TAKING:
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
    db: DbSession, call: Call, run: DryRun, offers_until: datetime, by: str, second: str, shares: Shares, now: datetime
) -> Release:
    found = asked(db, call) if second else None
    if found is None:
        found = Release(call_id=call.id, asked_at=now, asked_by=by)
        db.add(found)
    found.state, found.released_at, found.offers_until = ReleaseState.DONE, now, offers_until
    found.confirmed_by, found.figures = second, {"fingerprint": run.fingerprint, **_figures(run), **asdict(shares)}
    db.flush()
    audit.record(db, second or by, "release.done", found, now=now, **_figures(run))
    return found


def _figures(run: DryRun) -> dict[str, int]:
    return {"letters": run.letters, **{str(verdict): count for verdict, count in run.counts.items()}}


def _write(db: DbSession, call: Call, run: DryRun, found: Release, now: datetime) -> None:
    """Put the letters into the outbox; those of an earlier release that have not left are superseded."""
    letters = letters_of(db, call)
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
