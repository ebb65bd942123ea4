"""What a mail that came back means: which codes are about the address, what the words say, when softness is enough."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from registrar.mail.rules import ReportMethod, ReportVerdict


class Fault(StrEnum):
    """What is at fault when a mail comes back."""

    ADDRESS = "address"
    """There is no such mailbox."""
    MAILBOX = "mailbox"
    """The mailbox or its server cannot take it: full, away, too slow. Again and again, it is abandoned."""
    OURS = "ours"
    """The sender, its reputation, or what the mail says: nothing that stopping this address would mend."""


# RFC 3463 (and RFC 7505 for 5.1.10). What is not named here goes by its class: the second number.
_BY_STATUS: Mapping[str, Fault] = MappingProxyType(
    {
        "5.1.5": Fault.MAILBOX,  # "destination address valid": no failure of the address
        "5.1.7": Fault.OURS,  # the sender's address has bad syntax
        "5.1.8": Fault.OURS,  # the sender's system does not exist
        "5.1.9": Fault.MAILBOX,  # relayed to a system that does not report
        "5.2.3": Fault.OURS,  # longer than the mailbox allows
        "5.3.4": Fault.OURS,  # bigger than the system allows
        "5.4.8": Fault.OURS,  # kept by IANA for what is no failure to route
    }
)
_BY_CLASS: Mapping[str, Fault] = MappingProxyType(
    {
        "1": Fault.ADDRESS,
        "2": Fault.MAILBOX,  # also 5.2.1: providers say "disabled" of mailboxes that only rest
        "3": Fault.MAILBOX,
        "4": Fault.MAILBOX,  # also 5.4.1, which some providers give when their own directory is behind
        "5": Fault.OURS,
        "6": Fault.OURS,
        "7": Fault.OURS,
    }
)
_STATUS = re.compile(r"(?<![\d.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.\-])(4[0-9]{2}|5[0-9]{2})(?=[ \-#:])")
_UNKNOWN_USER = re.compile(
    r"(user|recipient|mailbox|address|account)\W+(is\W+)?(unknown|not\W+(found|exist)|does\W*n.?o?t\W+exist|invalid)"
    r"|(unknown|invalid|no\W+such)\W+(local\W+)?(user|recipient|mailbox|address|account)"
    r"|no\W+mailbox\W+(here\W+)?by\W+that\W+name|does\W*n.?o?t\W+have\W+an?\W+.{0,40}account"
    r"|adresse\W.{0,40}(inconnue|introuvable|n.existe\W+pas)|(destinataire|utilisateur)\W+inconnu",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\W*(automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office|absence|absent\W|"
    r"r[ée]ponse automatique|abwesenheit|respuesta autom|risposta automatica|on vacation)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(will|continue|keep)\W+(be\W+)?(to\W+)?(retr(y|ied)|try(ing)?)|do(es)?\W+not\W+need\W+to\W+resend|not\W+yet\W+been"
    r"|delivery\W+delayed|no\W+action\W+is\W+required|n.a\W+pas\W+encore",
    re.IGNORECASE,
)
LONGEST_DIAGNOSTIC = 300

ENOUGH_SOFT = 5
"""Mails that came back softly, one after the other, …"""
SOFT_FOR = timedelta(days=7)
"""… over at least this time, until an address counts as abandoned."""
MAY_STILL_COME_BACK = timedelta(days=5)
"""How long servers go on trying before they report (RFC 5321, 4.5.4.1: at least 4 to 5 days)."""
CLOCKS_DIFFER = timedelta(days=1)
"""By how much the clock of another machine may be wrong."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a mail that came back says, before anything proves it."""

    verdict: ReportVerdict
    method: ReportMethod
    status: str | None = None
    """RFC 3463."""
    diagnostic: str = ""
    """Without addresses and control characters."""
    recipients: tuple[str, ...] = ()
    """Whom it names: a hint, no proof."""
    sent_to: tuple[str, ...] = ()
    """The addresses that the report came to; an authenticated one proves which mail it is about."""
    message_ids: tuple[str, ...] = ()
    """Of the mail that is enclosed."""
    written_at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """A mail that was handed over, and whether it came back softly."""

    at: datetime
    came_back: bool


def fault(status: str | None) -> Fault:
    """Say what a status means; without one the mailbox, because nothing says more."""
    if status is None:
        return Fault.MAILBOX
    group, subject, _detail = status.split(".")
    if group != "5":
        return Fault.OURS if subject == "7" else Fault.MAILBOX
    return _BY_STATUS.get(status) or _BY_CLASS.get(subject, Fault.MAILBOX)


def verdict(status: str | None, text: str = "") -> ReportVerdict:
    """Say whether a failure is final for the address; the words count where the status says nothing."""
    if says_nothing(status):
        return ReportVerdict.HARD if _UNKNOWN_USER.search(text) else ReportVerdict.SOFT
    return ReportVerdict.HARD if fault(status) is Fault.ADDRESS else ReportVerdict.SOFT


def says_nothing(status: str | None) -> bool:
    """Tell whether a status is missing or only says "failed" (5.0.0)."""
    return status is None or status.startswith("5.0.")


def counts(found: ReportVerdict, status: str | None) -> bool:
    """Tell whether a report is one of those that, repeated, mean that the mailbox is abandoned."""
    return found is ReportVerdict.SOFT and fault(status) is not Fault.OURS


def find_status(text: str) -> str | None:
    """Return the first status of a failure in a text, if there is one that says something; else the vaguest."""
    found = [match[0] for match in _STATUS.finditer(text) if match[1] != "2"]
    return next((each for each in found if not says_nothing(each)), found[0] if found else None)


def has_reply(text: str) -> bool:
    """Tell whether a text quotes a mail server's refusal by its three figures."""
    return _REPLY.search(text) is not None


def names_unknown_user(text: str) -> bool:
    """Tell whether a text says in words that there is no such mailbox."""
    return _UNKNOWN_USER.search(text) is not None


def is_patient(text: str) -> bool:
    """Tell whether a text says that the server goes on trying."""
    return _GOES_ON.search(text) is not None


def is_away(subject: str) -> bool:
    """Tell whether a subject is that of an automatic answer."""
    return _AWAY.search(subject) is not None


def mildest(reports: Iterable[Report]) -> Report:
    """Return the mildest of what is said of several recipients: one mailbox behind the address still takes mail."""
    return min(reports, key=lambda each: _MILDEST_FIRST.index(each.verdict))


_MILDEST_FIRST = (ReportVerdict.AUTO_REPLY, ReportVerdict.DELAYED, ReportVerdict.SOFT, ReportVerdict.HARD)


def without_addresses(text: str) -> str:
    """Return the text on one line, short, without addresses and what cannot be printed."""
    words = "".join(sign if sign.isprintable() else " " for sign in text).split()
    return " ".join("…" if "@" in word or "%40" in word else word for word in words)[:LONGEST_DIAGNOSTIC]


def is_abandoned(history: Sequence[Sent], now: datetime) -> bool:
    """Tell whether mail has come back softly often and long enough, with none that arrived in between.

    A mail that did not come back has arrived once it can no longer come back.
    """
    streak: list[datetime] = []
    for mail in sorted(history, key=lambda each: each.at, reverse=True):
        if mail.came_back:
            streak.append(mail.at)
        elif mail.at <= now - MAY_STILL_COME_BACK:
            break
    return len(streak) >= ENOUGH_SOFT and streak[0] - streak[-1] >= SOFT_FOR
