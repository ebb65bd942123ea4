"""What is asked about campaigns: which there are, how far each has come, and what became of its mails."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, Text, cast, func, literal, or_, select
from sqlalchemy.orm import joinedload

from registrar.audit.models import AuditEntry
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import EVERYBODY, LETTER, LOOKED_BACK, UNDER_WAY, UNFINISHED, CampaignState, Rate
from registrar.db import DbSession
from registrar.letters.models import LetterVersion
from registrar.mail import gate
from registrar.mail.models import BounceReport, MailGate, OutboxMail
from registrar.mail.operations import WAITING
from registrar.mail.rules import MailState, Reason, ReportVerdict
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session

UNSETTLED = (*WAITING, MailState.SENDING)
"""States of mails that will still move by themselves; one in doubt waits for a person."""
ENDED = (MailState.SENT, MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED)
FRESH = {"populate_existing": True}
PER_PAGE = 50


@dataclass(frozen=True)
class Outcome:
    """How many mails ended in one way."""

    state: MailState
    reason: Reason | None
    count: int


@dataclass(frozen=True)
class Progress:
    """How far the mails of a campaign have come."""

    outcomes: Sequence[Outcome]
    expected: int
    everybody_queued: bool

    @property
    def queued(self) -> int:
        return sum(each.count for each in self.outcomes)

    @property
    def done(self) -> int:
        """How many are settled, in whatever way."""
        return sum(each.count for each in self.outcomes if each.state not in UNSETTLED)

    @property
    def in_doubt(self) -> int:
        return sum(each.count for each in self.outcomes if each.state is MailState.IN_DOUBT)

    @property
    def total(self) -> int:
        """How many there are, or as many as were expected while they are still being written."""
        return self.queued if self.everybody_queued else max(self.queued, self.expected)


def campaign(db: DbSession, campaign_id: int) -> Campaign | None:
    """Return a campaign with its series and its words."""
    with_words = (joinedload(Campaign.programme), joinedload(Campaign.template), joinedload(Campaign.version))
    return db.scalar(select(Campaign).where(Campaign.id == campaign_id).options(*with_words))


def campaigns_numbered(db: DbSession, ids: Collection[int]) -> Sequence[Campaign]:
    """Return these campaigns with all that their letters speak of."""
    with_series = joinedload(Campaign.programme).joinedload(Programme.season)
    return db.scalars(
        select(Campaign).where(Campaign.id.in_(ids)).options(with_series, joinedload(Campaign.version))
    ).all()


def next_session(db: DbSession, programme_id: int, now: datetime) -> Session | None:
    """Return the session of a series that comes next."""
    coming = (Session.programme_id == programme_id, Session.starts_at > now, Session.cancelled_at.is_(None))
    return db.scalar(select(Session).where(*coming).order_by(Session.starts_at, Session.id).limit(1))


def locked(db: DbSession, campaign_id: int) -> Campaign:
    """Return a campaign as it is now, held against everybody else until the end of the transaction."""
    statement = select(Campaign).where(Campaign.id == campaign_id).with_for_update(of=Campaign)
    return db.scalars(statement, execution_options=FRESH).one()


def in_hand(db: DbSession, now: datetime) -> Sequence[Campaign]:
    """Return the campaigns that may go on now, each held against other workers, who leave it alone meanwhile."""
    gates = (gate.EVERYTHING, gate.kind_scope(LETTER))
    own = literal("campaign:") + cast(Campaign.id, Text)
    closed = select(MailGate.id).where(or_(MailGate.scope.in_(gates), MailGate.scope == own)).exists()
    due = or_(
        Campaign.state.in_([CampaignState.HELD, CampaignState.CANARY]) & (Campaign.starts_at <= now),
        (Campaign.state == CampaignState.SENDING) & (Campaign.cursor < EVERYBODY),
    )
    statement = select(Campaign).where(due, ~closed).order_by(Campaign.id)
    return db.scalars(statement.with_for_update(of=Campaign, skip_locked=True), execution_options=FRESH).all()


def settled(db: DbSession) -> Sequence[Campaign]:
    """Return the campaigns that have been sent, every mail of theirs settled; held against other workers."""
    unsettled = select(OutboxMail.id).where(OutboxMail.campaign_id == Campaign.id, OutboxMail.state.in_(UNSETTLED))
    over = (Campaign.state == CampaignState.SENDING, Campaign.cursor == EVERYBODY, ~unsettled.exists())
    statement = select(Campaign).where(*over).with_for_update(of=Campaign, skip_locked=True)
    return db.scalars(statement, execution_options=FRESH).all()


def waiting(db: DbSession, campaign_id: int, at_most: int) -> int:
    """Count the mails of a campaign that wait, up to a number."""
    some = (
        select(OutboxMail.id)
        .where(OutboxMail.campaign_id == campaign_id, OutboxMail.state.in_(WAITING))
        .limit(at_most)
        .subquery()
    )
    return db.scalar(select(func.count()).select_from(some)) or 0


def untried(db: DbSession, campaign_id: int) -> bool:
    """Tell whether a mail of this campaign has not been tried yet."""
    states = (MailState.SCHEDULED, MailState.QUEUED, MailState.SENDING)
    found = select(OutboxMail.id).where(OutboxMail.campaign_id == campaign_id, OutboxMail.state.in_(states))
    return db.scalar(found.limit(1)) is not None


def came_back(db: DbSession, campaign_id: int) -> int:
    """Count the mails of a campaign that were refused for good, came back or were complained about."""
    bad = (ReportVerdict.HARD, ReportVerdict.COMPLAINT)
    reported = select(BounceReport.id).where(BounceReport.outbox_id == OutboxMail.id, BounceReport.verdict.in_(bad))
    refused = (OutboxMail.state == MailState.FAILED) & (OutboxMail.reason == Reason.SMTP)
    statement = select(func.count()).select_from(OutboxMail)
    return db.scalar(statement.where(OutboxMail.campaign_id == campaign_id, or_(refused, reported.exists()))) or 0


def progress(db: DbSession, of: Campaign) -> Progress:
    """Return how far the mails of a campaign have come, by outcome."""
    columns = (OutboxMail.state, OutboxMail.reason)
    counted = select(*columns, func.count()).where(OutboxMail.campaign_id == of.id).group_by(*columns)
    outcomes = [Outcome(state, reason, number) for state, reason, number in db.execute(counted.order_by(*columns))]
    over = of.cursor == EVERYBODY or of.state not in UNFINISHED
    return Progress(outcomes, of.expected or 0, over)


def rate(db: DbSession, of: Campaign, now: datetime) -> Rate:
    """Return how fast the mails of a campaign have left lately."""
    since = max(now - LOOKED_BACK, of.started_at or now)
    ended = (OutboxMail.state.in_(ENDED), OutboxMail.finished_at > since, OutboxMail.campaign_id == of.id)
    return Rate(db.scalar(select(func.count()).where(*ended)) or 0, now - since)


def settled_counts(db: DbSession, shown: Iterable[Campaign]) -> dict[int, int]:
    """Count the settled mails of those of these campaigns that are under way; of the others it is all."""
    ids = [each.id for each in shown if each.state in UNDER_WAY]
    done = OutboxMail.state.not_in(UNSETTLED)
    counted = select(OutboxMail.campaign_id, func.count()).where(OutboxMail.campaign_id.in_(ids), done)
    return {key or 0: number for key, number in db.execute(counted.group_by(OutboxMail.campaign_id))}


def campaigns(db: DbSession, page: int) -> tuple[Sequence[Campaign], bool]:
    """Return a page of campaigns, the newest first, and whether there are more."""
    statement = select(Campaign).options(joinedload(Campaign.programme)).order_by(Campaign.id.desc())
    found = db.scalars(statement.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return found[:PER_PAGE], len(found) > PER_PAGE


def paused(db: DbSession, campaign_id: int) -> MailGate | None:
    """Return the closed gate of this campaign, if it is closed."""
    return db.scalar(select(MailGate).where(MailGate.scope == gate.campaign_scope(campaign_id)))


def paused_among(db: DbSession, ids: Sequence[int]) -> set[int]:
    """Return which of these campaigns are paused, each by its own gate."""
    scopes = {gate.campaign_scope(number): number for number in ids}
    return {scopes[scope] for scope in db.scalars(select(MailGate.scope).where(MailGate.scope.in_(scopes)))}


def closed_above(db: DbSession) -> bool:
    """Tell whether all mail, or that of all campaigns, is stopped."""
    return gate.is_closed(db, gate.kind_scope(LETTER))


def last_pause(db: DbSession, campaign_id: int) -> AuditEntry | None:
    """Return what was last recorded about a pause of this campaign."""
    about = (AuditEntry.subject == Campaign.__tablename__, AuditEntry.subject_id == campaign_id)
    statement = select(AuditEntry).where(*about, AuditEntry.action == "campaign.pause")
    return db.scalar(statement.order_by(AuditEntry.id.desc()).limit(1))


def newest_version(db: DbSession, template_id: int) -> LetterVersion | None:
    """Return the words of a letter as they are now."""
    statement = select(LetterVersion).where(LetterVersion.template_id == template_id)
    return db.scalar(statement.order_by(LetterVersion.number.desc()).limit(1))


def mails(db: DbSession, campaign_id: int) -> Iterator[Row[OutboxMail, Person]]:
    """Yield every mail of a campaign with its person, in the order of writing, a few hundred at a time."""
    statement: Select[OutboxMail, Person] = (
        select(OutboxMail, Person)
        .join(Person, Person.id == OutboxMail.person_id)
        .where(OutboxMail.campaign_id == campaign_id)
        .order_by(OutboxMail.id)
    )
    yield from db.execute(statement, execution_options={"yield_per": 500})
