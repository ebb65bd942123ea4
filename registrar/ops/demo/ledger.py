"""The ledger of mails of the demonstration: one row per letter of the past, with its attempt and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from registrar.mail.models import MailAttempt, OutboxMail
from registrar.mail.operations import USEFUL, message_id
from registrar.mail.rules import Lane, MailState, OutcomeKind, Reason
from registrar.ops.demo.book import Book
from registrar.ops.demo.people import Member

WORKER = "demo:1:00000000"
ON_THE_WAY = timedelta(seconds=4)
MAILS_A_SECOND = 12
GROUPS = (
    "gmail", "microsoft", "gmail", "museum.example", "gmail", "yahoo", "microsoft", "gmail", "apple",
    "heritage.example", "gmail", "microsoft", "archive.example",
)  # fmt: skip
"""Whose mailboxes these might be; their number is prime to everything that repeats."""


@dataclass(frozen=True)
class Ending:
    """What became of a letter; without an outcome no attempt was made."""

    state: MailState
    reason: Reason | None = None
    outcome: OutcomeKind | None = None
    code: int | None = None
    text: str = ""


SENT = Ending(MailState.SENT, None, OutcomeKind.ACCEPTED, 250, "2.0.0 Accepted")
UNKNOWN_ADDRESS = Ending(
    MailState.FAILED, Reason.SMTP, OutcomeKind.REJECTED_RECIPIENT, 550, "5.1.1 The mailbox does not exist"
)
MAILBOX_FULL = Ending(MailState.FAILED, Reason.SMTP, OutcomeKind.REJECTED_RECIPIENT, 552, "5.2.2 The mailbox is full")
IN_DOUBT = Ending(
    MailState.IN_DOUBT, Reason.EXPIRED, OutcomeKind.IN_DOUBT, None, "The connection was lost after the final dot."
)
DOUBTFUL = Ending(MailState.IN_DOUBT, None, OutcomeKind.IN_DOUBT, None, "The connection was lost after the final dot.")
"""In doubt, and waiting for a person."""
GREYLISTED = Ending(MailState.DEFERRED, None, OutcomeKind.GREYLISTED, 451, "4.7.1 Greylisted, please try again later")
UNSUBSCRIBED = Ending(MailState.SKIPPED, Reason.UNSUBSCRIBED)
SUPPRESSED = Ending(MailState.SKIPPED, Reason.SUPPRESSED)
SUPERSEDED = Ending(MailState.SKIPPED, Reason.SUPERSEDED)
WITHDRAWN = Ending(MailState.CANCELLED, Reason.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Post:
    """A letter: what it is about, when it was due, and what else its row says."""

    key: str
    kind: str
    at: datetime
    lane: Lane = Lane.PERSONAL
    useful: timedelta = USEFUL
    about: Mapping[str, Any]
    """Ids of the row: `session_id`, `rule_id`, `revision`, `sign_up_id`, `context`."""
    place_in_queue: int = 0


class Ledger:
    """Notes the letters of the past."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def to_member(self, member: Member, post: Post, ending: Ending = SENT) -> dict[str, Any]:
        """Note a letter to somebody who is registered; after a bounce nothing reaches them any more."""
        if ending is SENT and member.bounced_at and post.at > member.bounced_at:
            ending = SUPPRESSED
        ids = {"person_id": member.person_id, "registration_id": member.registration_id}
        return self.note(post, ids, ending)

    def note(self, post: Post, ids: Mapping[str, int], ending: Ending = SENT) -> dict[str, Any]:
        """Note a letter and the attempt at it."""
        row = self._book.add(OutboxMail, key=post.key, kind=post.kind, lane=int(post.lane), state=ending.state)
        row |= {"context": {}, **post.about, **ids, "message_id": message_id(post.key), "reason": ending.reason}
        row |= {"created_at": post.at, "due_at": post.at, "next_at": post.at, "expires_at": post.at + post.useful}
        ended_at = post.at + ON_THE_WAY + timedelta(seconds=post.place_in_queue // MAILS_A_SECOND)
        if ending.outcome:
            self._attempt(row, ending, ended_at)
        if ending.state is not MailState.DEFERRED and ending is not DOUBTFUL:
            row["finished_at"] = ended_at
        return row

    def _attempt(self, row: dict[str, Any], ending: Ending, ended_at: datetime) -> None:
        row["attempts"] = 1
        row["detail"] = f"{ending.code} {ending.text}" if ending.code else ending.text
        if ending.outcome in {OutcomeKind.ACCEPTED, OutcomeKind.IN_DOUBT}:
            row["marked_at"] = ended_at
        attempt = {"outcome": ending.outcome, "code": ending.code, "text": ending.text}
        attempt["domain_group"] = GROUPS[row["id"] % len(GROUPS)]
        self._book.add(MailAttempt, outbox_id=row["id"], worker=WORKER, ended_at=ended_at, **attempt)
