"""Drafts become letters: the templates of a kind of mail, in the recipient's language, with styles inlined."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import css_inline
from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from registrar.mail import verp
from registrar.mail.kinds import CalendarPart, Draft
from registrar.mail.message import Calendar, CalendarMethod, Letter, Mailbox, build
from registrar.mail.models import OutboxMail
from registrar.settings import Settings

SUBJECT = "Subject:"
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready for the wire."""

    envelope_from: str
    to_address: str
    subject: str
    data: bytes


def write(draft: Draft, mail: OutboxMail, now: datetime) -> Written:
    """Return the octets of the letter and where they go; a recipient that can be no address raises `BadAddress`."""
    letter = render(draft, mail, now)
    return Written(letter.envelope_from, letter.to_address, letter.subject, build(letter))


def render(draft: Draft, mail: OutboxMail, now: datetime) -> Letter:
    """Write the letter; its Message-ID is that of the row, whatever the attempt."""
    settings: Settings = current_app.extensions["registrar.settings"]
    subject, text, html = words(draft, settings)
    sender = Mailbox.parse(settings.mail_sender)
    return Letter(
        sender=sender,
        to_name=draft.to_name,
        to_address=draft.to_address,
        subject=subject,
        text=text,
        html=html,
        message_id=f"<{mail.message_id}@{settings.mail_domain}>",
        date=now,
        envelope_from=verp.envelope_sender(settings, mail.id, sender.address),
        reply_to=Mailbox.parse(settings.mail_reply_to) if settings.mail_reply_to else None,
        list_id=f"{draft.list_name}.{settings.mail_domain}" if draft.list_name else None,
        unsubscribe_url=draft.unsubscribe_url,
        unsubscribe_mailto=sender.address if draft.unsubscribe_url else None,
        calendar=_calendar(draft.calendar),
    )


def words(draft: Draft, settings: Settings) -> tuple[str, str, str]:
    """Return subject, text and HTML in the reader's language."""
    with force_locale(draft.locale):
        return _words(draft, settings)


def _words(draft: Draft, settings: Settings) -> tuple[str, str, str]:
    """Return subject, text and HTML; no context processor runs, so that a mail depends on its draft alone."""
    values = {
        "organisation": settings.organisation,
        "locale": draft.locale,
        "timezone": draft.timezone,
        "host_timezone": settings.default_timezone,
        "to_name": draft.to_name,
        "manage_url": draft.manage_url,
        "unsubscribe_url": draft.unsubscribe_url,
        **draft.values,
        **draft.personal,
    }
    subject, body = _subject_and_text(current_app.jinja_env.get_template(f"emails/{draft.template}.txt"), values)
    html = current_app.jinja_env.get_template(f"emails/{draft.template}.html").render(values)
    return subject, body, str(_INLINER.inline(html))


def _subject_and_text(template: Template, values: dict[str, Any]) -> tuple[str, str]:
    """Take the subject from the first line, `Subject: …`, else from the block `subject`, else from the title."""
    context = template.new_context(values)
    text = "".join(template.root_render_func(context)).strip() + "\n"
    first, _, rest = text.partition("\n")
    if first.startswith(SUBJECT):
        return _line(first.removeprefix(SUBJECT)), rest.lstrip("\n")
    block = context.blocks.get("subject") or context.blocks["title"]
    return _line("".join(block[0](context))), text


def _line(text: str) -> str:
    return " ".join(text.split())


def _calendar(part: CalendarPart | None) -> Calendar | None:
    return Calendar(CalendarMethod(part.method), part.content) if part else None
