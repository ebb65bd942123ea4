"""What the page of a release tells one organiser: the part of the dry run they may see, and what became of letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application, Member
from registrar.applications.rules import Verdict
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import WAITING
from registrar.mail.rules import MailState
from registrar.reviews.decision_models import Release
from registrar.reviews.rehearsing import STOPPING, DryRun, Found
from registrar.reviews.releasing import KIND
from registrar.reviews.rules import ReleaseState

SAMPLES = 3


@dataclass(frozen=True)
class Seen:
    """A dry run as one organiser may see it: what they have a conflict with is not in it."""

    run: DryRun
    changes: Sequence[tuple[Application, Verdict]]
    counts: Mapping[Verdict, int]
    letters: int
    stopping: Sequence[Found]
    to_know: Sequence[Found]
    superseded: int
    """Letters of an earlier release that have not left and would be taken back."""
    too_late: int
    """Letters of an earlier release that say something else and have left already."""

    @property
    def has_news(self) -> bool:
        """Tell whether there is anything to release of what this organiser may see."""
        return bool(self.changes) or self.run.reordered

    @property
    def stopped_elsewhere(self) -> bool:
        """Tell whether something is in the way that only another organiser can see."""
        return self.has_news and not self.run.may_go and not self.stopping


@dataclass(frozen=True)
class Past:
    """A release that was done, with its letters by state."""

    release: Release
    mails: Mapping[MailState, int]


def seen_by(db: DbSession, staff: Staff, run: DryRun) -> Seen:
    """Return what an organiser may see of a dry run."""
    mine = set(db.scalars(select(Application.id).where(Application.call_id == run.call.id, reachable(staff))))
    changes = [(each, verdict) for each, verdict in run.changes if each.id in mine]
    problems = [each for each in run.problems if each.application is None or each.application.id in mine]
    numbers = [each.id for each, _ in changes]
    waiting, sent = _count(db, numbers, WAITING), _count(db, numbers, (MailState.SENT, MailState.SENDING))
    return Seen(
        run=run,
        changes=changes,
        counts={verdict: sum(each is verdict for _, each in changes) for verdict in Verdict},
        letters=sum(len(each.members) for each, _ in changes),
        stopping=[each for each in problems if each.problem in STOPPING],
        to_know=[each for each in problems if each.problem not in STOPPING],
        superseded=waiting,
        too_late=sent,
    )


def samples(seen: Seen) -> list[Member]:
    """Return a member of three teams to read letters as: of different verdicts, then languages, where there are."""
    teams = [(verdict, each.members[0]) for each, verdict in seen.changes if each.members]
    by_verdict = dict(reversed(teams))
    firsts = [by_verdict[each] for each in Verdict if each in by_verdict]
    languages = {member.person.locale: member for _, member in reversed(teams)}
    ordered = [*firsts, *languages.values(), *(member for _, member in teams)]
    different = {member.application_id: member for member in reversed(ordered)}
    return sorted(different.values(), key=ordered.index)[:SAMPLES]


def past(db: DbSession, staff: Staff, call: Call) -> list[Past]:
    """Return the releases of a call, the newest first, with what became of their letters."""
    statement = select(Release).where(Release.call_id == call.id, Release.state == ReleaseState.DONE)
    found = db.scalars(statement.order_by(Release.released_at.desc(), Release.id.desc())).all()
    return [Past(each, _states(db, staff, each)) for each in found]


def _states(db: DbSession, staff: Staff, release: Release) -> dict[MailState, int]:
    statement = (
        select(OutboxMail.state, func.count())
        .join(Application, Application.id == OutboxMail.application_id)
        .where(_letter_of(release), Application.call_id == release.call_id, reachable(staff))
        .group_by(OutboxMail.state)
    )
    return dict(db.execute(statement).all())


def _letter_of(release: Release) -> ColumnElement[bool]:
    """Tell whether a mail is a letter of this release, by its key `decision:<application>:<release>:<person>`."""
    return (OutboxMail.kind == KIND) & OutboxMail.key.like(f"decision:%:{release.id}:%")


def _count(db: DbSession, applications: Sequence[int], states: Sequence[MailState]) -> int:
    statement = select(func.count()).select_from(OutboxMail)
    which = (OutboxMail.kind == KIND, OutboxMail.application_id.in_(applications), OutboxMail.state.in_(states))
    return db.scalar(statement.where(*which)) or 0
