"""The facts of mail: states and their moves, lanes, reasons, what a server's answer means and when to try again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType

from registrar.errors import N_, IllegalTransition


class MailState(StrEnum):
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"


class Lane(IntEnum):
    """Who goes first: the lower number."""

    PERSONAL = 0
    REMINDER = 1
    CAMPAIGN = 2


class Reason(StrEnum):
    """Why a mail ended as it did."""

    UNSUBSCRIBED = "unsubscribed"
    WITHDRAWN = "withdrawn"
    NOT_CONFIRMED = "not_confirmed"
    SESSION_CANCELLED = "session_cancelled"
    RESCHEDULED = "rescheduled"
    SUPERSEDED = "superseded"
    LATE = "late"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    ERASED = "erased"
    SMTP = "smtp"
    FAULT = "fault"
    """The program could not write it."""
    SWITCHED_OFF = "switched_off"
    """An organiser switched the reminder off."""
    TAKEN_BACK = "taken_back"
    """An organiser cancelled the campaign."""
    NO_BASIS = "no_basis"
    """Nothing that the person agreed to covers it."""


class SuppressionReason(StrEnum):
    """Why an address gets no mail."""

    BOUNCE = "bounce"
    """The mailbox does not exist."""
    SOFT_BOUNCES = "soft_bounces"
    """Mail came back again and again."""
    COMPLAINT = "complaint"
    """The person reported a mail as unwanted."""
    NOT_ME = "not_me"
    BY_HAND = "by_hand"
    """An organiser stopped it."""


class GateReason(StrEnum):
    """Why mail may not leave."""

    PAUSED = "paused"
    """By an organiser."""
    COPY = "copy"
    """This may be a copy of a database that sends elsewhere."""
    CLOCK = "clock"
    """The machine's clock has jumped."""
    CONTENT = "content"
    """The mail server refused what a campaign says."""


class ReportVerdict(StrEnum):
    """What a mail that came back says."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"
    """Still being tried: no bounce (RFC 3464)."""
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    UNKNOWN = "unknown"


class ReportMethod(StrEnum):
    """How a report was understood."""

    DSN = "dsn"
    """RFC 3464."""
    ARF = "arf"
    """RFC 5965."""
    PATTERN = "pattern"
    """Known wordings (flufl.bounce)."""
    TEXT = "text"
    """A status code in the text."""
    NONE = "none"


class ReportState(StrEnum):
    APPLIED = "applied"
    WAITING = "waiting"
    """A person must look at it."""
    SETTLED = "settled"
    """A person has looked at it."""


TRANSITIONS: Mapping[MailState, frozenset[MailState]] = MappingProxyType(
    {
        MailState.SCHEDULED: frozenset({MailState.QUEUED, MailState.SKIPPED, MailState.CANCELLED}),
        MailState.QUEUED: frozenset({MailState.SENDING, MailState.SKIPPED, MailState.CANCELLED}),
        # Back to queued: the lease ran out before the marker, or the host and not the mail was refused.
        MailState.SENDING: frozenset(
            {
                MailState.SENT,
                MailState.DEFERRED,
                MailState.FAILED,
                MailState.IN_DOUBT,
                MailState.QUEUED,
                MailState.SKIPPED,
                MailState.CANCELLED,
            }
        ),
        MailState.DEFERRED: frozenset(
            {MailState.SENDING, MailState.QUEUED, MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED}
        ),
        # Sent again with the same Message-ID, or settled by a person or by a report that came back.
        MailState.IN_DOUBT: frozenset(
            {MailState.QUEUED, MailState.SENT, MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED}
        ),
        MailState.SENT: frozenset(),
        MailState.FAILED: frozenset(),
        MailState.SKIPPED: frozenset(),
        MailState.CANCELLED: frozenset(),
    }
)

TERMINAL: frozenset[MailState] = frozenset(state for state, following in TRANSITIONS.items() if not following)


def move(current: MailState, to: MailState) -> MailState:
    """Return the new state, or refuse."""
    if to not in TRANSITIONS[current]:
        raise IllegalTransition(
            N_("A mail that is %(current)s cannot become %(to)s."), current=current.value, to=to.value
        )
    return to


class Stage(StrEnum):
    """Where in the conversation the server answered, or the connection was lost."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class OutcomeKind(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    GREYLISTED = "greylisted"
    HOST_DEFERRED = "host_deferred"
    REJECTED_RECIPIENT = "rejected_recipient"
    REJECTED_CONTENT = "rejected_content"
    REJECTED_POLICY = "rejected_policy"
    IN_DOUBT = "in_doubt"


CONSUMES_NO_ATTEMPT: frozenset[OutcomeKind] = frozenset({OutcomeKind.HOST_DEFERRED, OutcomeKind.REJECTED_POLICY})

_BEFORE_THE_MAIL = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.AUTH})
_SECURITY = frozenset({Stage.TLS, Stage.AUTH})
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_GREYLIST = re.compile(r"gr[ea]y[- ]?list", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;:()\"']+@[^\s<>,;()\"']+")

# RFC 3463: these are about the sender or the message's size, whatever the group of the code says.
_SENDER_AT_FAULT = frozenset({"5.1.7", "5.1.8"})
_TOO_LARGE = frozenset({"5.2.3", "5.3.4"})


def enhanced_status(code: int | None, text: str) -> str | None:
    """Return the RFC 3463 status that opens the reply, if it is one and agrees with the basic code."""
    found = _ENHANCED.match(text)
    if found is None or code is None or found[1][0] != str(code)[0]:
        return None
    return found[1]


def classify(stage: Stage, code: int | None, text: str) -> OutcomeKind:
    """Say what a reply means; `code` is None where the connection was lost or nothing came in time.

    An answer that is no answer to the final dot (a 2xx or 3xx out of place) counts as a lost connection.
    """
    if stage is Stage.DOT and code is not None and 200 <= code < 300:
        return OutcomeKind.ACCEPTED
    if code is None or not 400 <= code < 600:
        return _lost(stage)
    if code == 421:
        return OutcomeKind.HOST_DEFERRED
    if stage in _SECURITY:
        return OutcomeKind.REJECTED_POLICY
    return _put_off(stage, code, text) if code < 500 else _refused(stage, enhanced_status(code, text), code)


def _lost(stage: Stage) -> OutcomeKind:
    if stage is Stage.DOT:
        return OutcomeKind.IN_DOUBT
    return OutcomeKind.REJECTED_POLICY if stage is Stage.TLS else OutcomeKind.DEFERRED


def _put_off(stage: Stage, code: int, text: str) -> OutcomeKind:
    if stage in _BEFORE_THE_MAIL:
        return OutcomeKind.HOST_DEFERRED
    asks_to_wait = (enhanced_status(code, text) or "").startswith("4.7.") or _GREYLIST.search(text)
    return OutcomeKind.GREYLISTED if code in {450, 451} and asks_to_wait else OutcomeKind.DEFERRED


def _refused(stage: Stage, enhanced: str | None, code: int) -> OutcomeKind:
    status = enhanced or ""
    if stage in _BEFORE_THE_MAIL or status.startswith("5.7.") or status in _SENDER_AT_FAULT:
        return OutcomeKind.REJECTED_POLICY
    if status in _TOO_LARGE:
        return OutcomeKind.REJECTED_CONTENT
    if stage is Stage.MAIL:
        return OutcomeKind.REJECTED_CONTENT if code == 552 else OutcomeKind.REJECTED_POLICY
    # With one recipient per transaction an answer about the mailbox is about the recipient, even after the dot.
    if stage is Stage.RCPT or status.startswith(("5.1.", "5.2.")):
        return OutcomeKind.REJECTED_RECIPIENT
    return OutcomeKind.REJECTED_CONTENT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt to deliver one mail."""

    kind: OutcomeKind
    stage: Stage
    code: int | None
    enhanced: str | None
    text: str

    @property
    def suppress(self) -> bool:
        """Whether the address itself is bad, so that nothing more may be sent to it."""
        return self.kind is OutcomeKind.REJECTED_RECIPIENT and (self.enhanced or "").startswith("5.1.")


def outcome(stage: Stage, code: int | None, text: str) -> Outcome:
    """Return what an answer means, its text trimmed and without addresses; a code that is none becomes None."""
    code = code if code is not None and 200 <= code < 600 else None
    return Outcome(classify(stage, code, text), stage, code, enhanced_status(code, text), _trimmed(text))


def _trimmed(text: str) -> str:
    return _ADDRESS.sub("…", " ".join(text.split()))[:300]


FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
GREYLIST_WAIT = timedelta(minutes=5)


def retry_delay(attempt: int, jitter: float, kind: OutcomeKind = OutcomeKind.DEFERRED) -> timedelta:
    """Return the wait after the n-th attempt (from 1): doubling from 1–2 minutes to 3–6 hours.

    `jitter`, from 0 to 1, spreads those who failed together over the upper half of the wait.
    """
    full = min(FIRST_WAIT * (1 << min(attempt - 1, 16)), LONGEST_WAIT)
    delay = full * (1 + jitter) / 2
    return max(delay, GREYLIST_WAIT * (1 + jitter)) if kind is OutcomeKind.GREYLISTED else delay
