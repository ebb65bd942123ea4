"""What the checker can find wrong, and the lookups over a world that its checks share."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from tests.faults.world import Act, AttemptRow, MailRow, RegistrationRow, SeatRow, Told, World


class Fault(StrEnum):
    """The kinds of violation."""

    SERVER_ERROR = "answered with a server error"
    REFUSED = "refused what nothing forbids"
    SIGN_UP_LOST = "acknowledged sign-up lost"
    CONFIRMATION_LOST = "acknowledged confirmation lost"
    HALF_CONFIRMED = "registration and confirmation do not agree"
    SEAT_MISSING = "confirmed without a seat"
    CHANGE_LOST = "acknowledged skip or return lost"
    UNASKED_SEAT = "skipped although nobody asked for it"
    OPEN_TWICE = "two open sign-ups for one address"
    REGISTERED_TWICE = "two registrations for one address"
    SEATED_TWICE = "two seats of one registration in one session"
    OVERSOLD = "more places given than there are"
    OVERSOLD_FOR_A_MOMENT = "more places given than there are, for a moment"
    FREE_PLACE = "a free place while somebody waits"
    QUEUE_DUPLICATE = "queue number used twice"
    QUEUE_GAP = "gap in the queue"
    QUEUE_NUMBER_MISSING = "waiting without a queue number"
    QUEUE_ORDER = "promoted out of order"
    SIGN_UP_WITHOUT_MAIL = "signed up without a mail to confirm"
    ASKED_TWICE = "one sign-up, two mails to confirm"
    REGISTERED_WITHOUT_MAIL = "registered without a confirmation mail"
    MAIL_TWICE_IN_LEDGER = "one mail twice in the ledger"
    MAIL_FORGOTTEN = "due mail without an end"
    MAIL_WITHOUT_REASON = "unsent mail without a reason"
    SENT_BUT_NOT_ACCEPTED = "sent but not accepted by the mail server"
    ACCEPTED_TWICE = "accepted twice without a doubtful attempt"
    ACCEPTED_BUT_UNSENT = "accepted although the ledger says not sent"
    ACCEPTED_UNKNOWN = "accepted without a row in the ledger"
    MISDELIVERED = "delivered to another address"
    CONTENT_DIFFERS = "delivered in other words than the ledger says"
    CAMPAIGN_TWICE = "campaign mail accepted twice, doubt or not"
    BEGUN_AFTER_CANCELLATION = "campaign mail begun after the campaign was cancelled"
    BEGUN_AFTER_OPT_OUT = "campaign mail begun to somebody who had left the list"
    BEGUN_AFTER_UNSUBSCRIPTION = "mail begun that the person had unsubscribed from"
    BEGUN_AFTER_WITHDRAWAL = "mail begun to somebody who had withdrawn"
    BEGUN_TO_SUPPRESSED = "mail begun to a suppressed address"
    BEGUN_BY_RULE_SWITCHED_OFF = "reminder begun although its rule was switched off"
    BEGUN_FOR_FORMER_TIME = "mail begun about a time that no longer held"
    BEGUN_WHILE_PAUSED = "mail begun while its gate was closed"
    BEGUN_AFTER_EXPIRY = "mail begun after it had expired"
    MARK_WITHOUT_CLAIM = "marker that neither a claim nor an attempt explains"
    OUTCOME_WITHOUT_MARK = "outcome of the final dot without a marker"
    ACCEPTED_WITHOUT_ATTEMPT = "accepted more often than attempts were recorded"
    RATE_EXCEEDED = "more mails begun than the rate allows"
    GREYLIST_TOO_SOON = "tried again less than five minutes after greylisting"
    AUDIT_MISSING = "change without an audit entry"
    AUDIT_UNFOUNDED = "audit entry without its change"


@dataclass(frozen=True)
class Violation:
    fault: Fault
    detail: str

    def __str__(self) -> str:
        return f"{self.fault}: {self.detail}"


Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Return the items under each key, in their order."""
    found: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return dict(found)


class Evidence:
    """A world with its lookups."""

    def __init__(self, world: World) -> None:
        self.world = world

    @cached_property
    def told_of(self) -> dict[str, list[Told]]:
        """What was said about each address, in order."""
        ordered = sorted(self.world.told, key=lambda each: (each.client, each.number))
        return grouped(ordered, lambda each: address_key(each.email))

    @cached_property
    def email_of_person(self) -> dict[int, str]:
        return {each.id: each.email_key for each in self.world.people}

    @cached_property
    def registrations_of(self) -> dict[str, list[RegistrationRow]]:
        emails = self.email_of_person
        return grouped(self.world.registrations, lambda each: emails.get(each.person_id, ""))

    @cached_property
    def seats_of(self) -> dict[int, list[SeatRow]]:
        return grouped(self.world.seats, lambda each: each.registration_id)

    @cached_property
    def seats_in(self) -> dict[int, list[SeatRow]]:
        return grouped(self.world.seats, lambda each: each.session_id)

    @cached_property
    def attempts_of(self) -> dict[int, list[AttemptRow]]:
        return grouped(self.world.attempts, lambda each: each.mail_id)

    @cached_property
    def audited(self) -> dict[tuple[str, int], list[str]]:
        """The actions recorded about each subject."""
        found = grouped(self.world.audit, lambda each: (each.subject, each.subject_id))
        return {subject: [entry.action for entry in entries] for subject, entries in found.items()}

    @cached_property
    def address_of_registration(self) -> dict[int, str]:
        return {each.id: self.email_of_person.get(each.person_id, "") for each in self.world.registrations}

    @cached_property
    def address_of_sign_up(self) -> dict[int, str]:
        return {each.id: each.email_key for each in self.world.sign_ups}

    def recipient(self, mail: MailRow) -> str | None:
        """Return the address that a mail is for, if its row says whom it concerns."""
        if mail.registration_id is not None:
            return self.address_of_registration.get(mail.registration_id)
        if mail.person_id is not None:
            return self.email_of_person.get(mail.person_id)
        return self.address_of_sign_up.get(mail.sign_up_id) if mail.sign_up_id is not None else None

    def seat_at(self, email_key: str, session_id: int) -> SeatRow | None:
        """Return the seat of a registered address in a session."""
        registered = self.registrations_of.get(email_key, [])
        seats = [seat for each in registered for seat in self.seats_of.get(each.id, [])]
        return next((seat for seat in seats if seat.session_id == session_id), None)


def address_key(email: str) -> str:
    """Return the form in which the clients' plain addresses are compared."""
    return email.casefold()


def asked(told: Iterable[Told], act: Act) -> list[Told]:
    """Return the lines about one act."""
    return [each for each in told if each.act is act]
