"""States."""

from enum import IntEnum, StrEnum


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


class OutcomeKind(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    GREYLISTED = "greylisted"
    HOST_DEFERRED = "host_deferred"
    REJECTED_RECIPIENT = "rejected_recipient"
    REJECTED_CONTENT = "rejected_content"
    REJECTED_POLICY = "rejected_policy"
    IN_DOUBT = "in_doubt"


class Reason(StrEnum):
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


class SuppressionReason(StrEnum):
    BOUNCE = "bounce"
    NOT_ME = "not_me"


class Lane(IntEnum):
    PERSONAL = 0
    REMINDER = 1
    CAMPAIGN = 2
