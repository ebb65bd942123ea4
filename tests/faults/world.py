"""What the checker looks at, as plain values: what clients were told, the stored rows, the mail server's journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registrar.mail.rules import Lane, MailState, OutcomeKind
from registrar.weekly.rules import SeatState


class Act(StrEnum):
    """What a client asked for."""

    SIGN_UP = "sign_up"
    CONFIRM = "confirm"
    SKIP = "skip"
    RETURN = "return"


class Answer(StrEnum):
    """What the client was told; only YES binds the server."""

    YES = "yes"
    NO = "no"
    NONE = "none"
    """The connection was lost: it may have happened or not."""
    FAULT = "fault"
    """A status of 500 or more."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of a client's own record; each address belongs to one client, whose lines are in order."""

    client: int
    number: int
    act: Act
    email: str
    answer: Answer
    status: int | None = None
    sessions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    id: int
    capacity: int | None


@dataclass(frozen=True, kw_only=True)
class SignUpRow:
    id: int
    email_key: str
    is_confirmed: bool


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    id: int
    email_key: str


@dataclass(frozen=True, kw_only=True)
class RegistrationRow:
    id: int
    programme_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SeatRow:
    id: int
    registration_id: int
    session_id: int
    state: SeatState
    queue_number: int | None = None
    changes: int = 0


@dataclass(frozen=True, kw_only=True)
class MailRow:
    id: int
    key: str
    kind: str
    state: MailState
    reason: str | None
    next_at: datetime
    message_id: str
    """The part before the @."""
    content_hash: str | None = None
    sign_up_id: int | None = None
    registration_id: int | None = None
    session_id: int | None = None
    person_id: int | None = None
    lane: int = Lane.PERSONAL
    campaign_id: int | None = None
    rule_id: int | None = None
    topic: str | None = None
    revision: int | None = None
    claimed_by: str | None = None
    marked_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AttemptRow:
    mail_id: int
    outcome: OutcomeKind
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    id: int
    action: str
    subject: str
    subject_id: int
    state: str | None = None
    """The state that the details name, if they name one."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One mail that the server has accepted, whatever it answered then."""

    message_id: str
    to: str
    content_hash: str
    began_at: datetime | None = None
    """When its MAIL came."""


class Ban(StrEnum):
    """Why a mail must not begin any more."""

    CANCELLED = "cancelled"
    """The campaign was cancelled."""
    OPTED_OUT = "opted_out"
    UNSUBSCRIBED = "unsubscribed"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"
    SWITCHED_OFF = "switched_off"
    """The reminder's rule was switched off."""
    RESCHEDULED = "rescheduled"
    """The session has moved on to another revision."""
    PAUSED = "paused"
    """The gate of everything, of a kind or of a campaign was closed."""


@dataclass(frozen=True, kw_only=True)
class Banned:
    """From when, committed for certain, until when, not yet lifted for certain, which mails must not begin.

    All that is given must fit; with nothing given it is every mail.
    """

    ban: Ban
    since: datetime
    until: datetime | None = None
    kind: str | None = None
    campaign_id: int | None = None
    rule_id: int | None = None
    person_id: int | None = None
    registration_id: int | None = None
    session_id: int | None = None
    revision: int | None = None
    topic: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How many mails may begin: so many at once, and then so many a second."""

    burst: int
    per_second: float
    domain: str = ""
    """Whose mailboxes; empty: all."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How many places of a session were taken at a moment while everything ran."""

    session_id: int
    taken: int


@dataclass(frozen=True, kw_only=True)
class World:
    """One installation at rest, after the worker has done what was due until `drained_at`."""

    drained_at: datetime
    told: tuple[Told, ...] = ()
    samples: tuple[Sample, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    sign_ups: tuple[SignUpRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    registrations: tuple[RegistrationRow, ...] = ()
    seats: tuple[SeatRow, ...] = ()
    mails: tuple[MailRow, ...] = ()
    attempts: tuple[AttemptRow, ...] = ()
    audit: tuple[AuditRow, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    bans: tuple[Banned, ...] = ()
    rates: tuple[Rate, ...] = ()
    grace: timedelta = timedelta(0)
    """How long a worker may need between its last look at the database and the beginning of the mail."""
