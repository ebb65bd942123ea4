"""What a mail says: its templates in the recipient's language, with styles inlined."""

import html
import logging
from collections.abc import Mapping
from string import ascii_letters, digits, punctuation
from typing import Any

import css_inline
from flask import current_app
from flask_babel import force_locale
from jinja2 import Template
from markupsafe import escape

from registrar.mail.kinds import Draft
from registrar.mail.message import Words
from registrar.mail.slots import Opaque, filled, filled_and_bared, line, shielded
from registrar.settings import Settings

SUBJECT = "Subject:"
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
_PROBE = f"Zoë {ascii_letters} {digits} {punctuation} Ωא😀 " * 4
"""Something of everything that a filter might change, and long."""

log = logging.getLogger(__name__)


def own_values(draft: Draft) -> dict[str, str]:
    """Return what is this person's alone, under the names that templates use."""
    return {
        "to_name": draft.to_name,
        "manage_url": draft.manage_url or "",
        "unsubscribe_url": draft.unsubscribe_url or "",
        **draft.personal,
    }


def words(draft: Draft, settings: Settings) -> Words:
    """Return what one person reads."""
    own = own_values(draft)
    found = _rendered(draft, settings, {name: shielded(value) for name, value in own.items() if value})
    return Words(
        line(filled_and_bared(found.subject, own)),
        filled_and_bared(found.text, own),
        filled_and_bared(found.html, _escaped(own)),
    )


def shared_words(draft: Draft, settings: Settings) -> Words | None:
    """Return what all drafts like this one say, with a mark for each personal value.

    None if the templates do more with a personal value than print it, so that each letter must be written for itself.
    """
    names = [name for name, value in own_values(draft).items() if value]
    try:
        found = _rendered(draft, settings, {name: Opaque(name) for name in names})
    except Exception as error:  # noqa: BLE001 - a fault of the template itself comes again where a letter is written
        log.warning("%s cannot be shared: %r", draft.template, error)
        return None
    probes = {name: _PROBE + name for name in names}
    if _read(found, probes) != _read(_rendered(draft, settings, probes), probes):
        log.warning("%s cannot be shared: it changes a personal value.", draft.template)
        return None
    return found


def _read(found: Words, values: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what is seen of the words with these values; signs in HTML can be escaped in several ways."""
    marked_up = html.unescape(filled(found.html, _escaped(values)))
    return line(filled(found.subject, values)), filled(found.text, values), marked_up


def _escaped(values: Mapping[str, str]) -> dict[str, str]:
    return {name: str(escape(value)) for name, value in values.items()}


def _rendered(draft: Draft, settings: Settings, own: Mapping[str, object]) -> Words:
    """Render with these personal values; no context processor runs, so that a mail depends on its draft alone."""
    values = {
        "organisation": settings.organisation,
        "locale": draft.locale,
        "timezone": draft.timezone,
        "host_timezone": settings.default_timezone,
        "to_name": draft.to_name,
        "manage_url": draft.manage_url,
        "unsubscribe_url": draft.unsubscribe_url,
        **own,
        **draft.values,
        **draft.personal,
        **{name: own[name] for name in draft.personal if name in own},
    }
    with force_locale(draft.locale):
        subject, text = _subject_and_text(current_app.jinja_env.get_template(f"emails/{draft.template}.txt"), values)
        marked_up = current_app.jinja_env.get_template(f"emails/{draft.template}.html").render(values)
    return Words(subject, text, str(_INLINER.inline(marked_up)))


def _subject_and_text(template: Template, values: dict[str, Any]) -> tuple[str, str]:
    """Take the subject from the first line, `Subject: …`, else from the block `subject`, else from the title."""
    context = template.new_context(values)
    text = "".join(template.root_render_func(context)).strip() + "\n"
    first, _, rest = text.partition("\n")
    if first.startswith(SUBJECT):
        return line(first.removeprefix(SUBJECT)), rest.lstrip("\n")
    block = context.blocks.get("subject") or context.blocks["title"]
    return line("".join(block[0](context))), text
