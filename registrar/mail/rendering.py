"""Drafts become letters, and letters the octets that go over the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registrar.mail import verp
from registrar.mail.calendar_slots import CalendarSkeleton
from registrar.mail.freezing import Keys
from registrar.mail.kinds import CalendarPart, Draft
from registrar.mail.message import Calendar, CalendarMethod, Copy, Letter
from registrar.mail.models import OutboxMail
from registrar.mail.shelf import Shelf, shelf
from registrar.mail.skeleton import build
from registrar.mail.wording import own_values, words

__all__ = ["Written", "render", "words", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready for the wire."""

    envelope_from: str
    to_address: str
    subject: str
    data: bytes


def write(draft: Draft, mail: OutboxMail, now: datetime, keys: Keys | None = None) -> Written:
    """Return the octets of the letter and where they go; a recipient that can be no address raises `BadAddress`.

    What many drafts share (template, language, zone, values) is rendered and encoded once, and what is personal put in
    its place; the letter reads as `render` says. `keys` are those of the batch that the draft was composed with.
    """
    shared, own = shelf(), own_values(draft)
    skeleton = shared.skeleton(draft, own, keys or Keys())
    if skeleton is None:
        letter = render(draft, mail, now)
        return Written(letter.envelope_from, letter.to_address, letter.subject, _signed(shared, build(letter)))
    calendar = shared.calendar(draft.calendar, own) if draft.calendar else None
    data = skeleton.filled(_copy(shared, draft, mail, now), own, calendar)
    return Written(_envelope_from(shared, mail), draft.to_address, skeleton.subject(own), _signed(shared, data))


def render(draft: Draft, mail: OutboxMail, now: datetime) -> Letter:
    """Write the letter for itself; its Message-ID is that of the row, whatever the attempt."""
    shared = shelf()
    frame, copy = shared.frame(draft), _copy(shared, draft, mail, now)
    subject, text, html = words(draft, shared.settings)
    return Letter(
        sender=frame.sender,
        to_name=copy.to_name,
        to_address=copy.to_address,
        subject=subject,
        text=text,
        html=html,
        message_id=copy.message_id,
        date=now,
        envelope_from=_envelope_from(shared, mail),
        reply_to=frame.reply_to,
        list_id=frame.list_id,
        unsubscribe_url=copy.unsubscribe_url,
        unsubscribe_mailto=frame.unsubscribe_mailto,
        calendar=_calendar(draft.calendar, own_values(draft)) if draft.calendar else None,
    )


def _signed(shared: Shelf, data: bytes) -> bytes:
    return shared.signer.signed(data) if shared.signer else data


def _copy(shared: Shelf, draft: Draft, mail: OutboxMail, now: datetime) -> Copy:
    message_id = f"<{mail.message_id}@{shared.settings.mail_domain}>"
    return Copy(draft.to_name, draft.to_address, message_id, now, draft.unsubscribe_url)


def _envelope_from(shared: Shelf, mail: OutboxMail) -> str:
    return verp.envelope_sender(shared.settings, mail.id, shared.sender.address)


def _calendar(part: CalendarPart, own: Mapping[str, str]) -> Calendar:
    return Calendar(CalendarMethod(part.method), CalendarSkeleton(part.content, own).filled(own))
