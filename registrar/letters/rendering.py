"""A letter's words become what a mail says: plain text and HTML, with a mark wherever a personal value goes.

The words are the same for everybody who reads them in one language and zone: shared values (titles, times, public
pages) are written in, personal ones (name, links) stay marks (`registrar.mail.kinds.slot`) that the mail layer fills.
A composer writes

    Draft(template=TEMPLATE, values=draft_values(words_of(version), use, locale, shared, kicker=…, reason=…),
          personal=personal_values(use, name=…, my_link=…), …)

where `shared` and the personal values are those of `rules.placeholders(use)`, every one of them; what there is none of
is an empty text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from flask import Flask, current_app
from flask_babel import force_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from registrar.letters import plain_text
from registrar.letters.rules import (
    PLACEHOLDER,
    At,
    LetterUse,
    Reach,
    Value,
    ValueKind,
    Words,
    harmless,
    placeholders,
)
from registrar.mail.kinds import slot
from registrar.settings import Settings
from registrar.web import markdown
from registrar.web.locale import local_time, zone_label

TEMPLATE = "letters/letter"
STAND_IN = "https://placeholder.invalid/"
"""Where a link leads while Markdown is read; the mark of the link takes its place."""
PREVIEW_LENGTH = 120
_MARK = re.compile("\ue000([a-z_]+)\ue001")
_STAND_IN = re.compile(re.escape(STAND_IN) + "([a-z_]+)/")
_TWICE = re.compile("(\ue000[a-z_]+\ue001) <\\1>")
_ADDRESS = re.compile(r"\s*<[^<>\s]+>")
_AS_LABEL = re.compile(r"(?<=\[)" + PLACEHOLDER.pattern + r"(?=\]\()")
_IN_ANGLES = re.compile("<?" + PLACEHOLDER.pattern + ">?")


class Version(Protocol):
    """The words of a letter at one time (`LetterVersion`), or words that are only tried out."""

    subject_en: str
    subject_fr: str
    body_en: str
    body_fr: str


def words_of(version: Version) -> Words:
    """Return the words of a version as a value."""
    return Words(version.subject_en, version.subject_fr, version.body_en, version.body_fr)


def draft_values(
    words: Words, use: LetterUse, locale: str, shared: Mapping[str, Value], *, kicker: str = "", reason: str = ""
) -> dict[str, Any]:
    """Return the values of a `Draft` with the template `TEMPLATE`, the same for all who share language and zone.

    `kicker` is the line above the title (the series), `reason` says in the reader's language why they get the mail.
    A language that nobody has written is replaced by the other. A shared value that is missing raises `KeyError`.
    """
    language = words.language_for(locale)
    with force_locale(language):
        written = {
            name: _written(shared[name]) for name, each in placeholders(use).items() if each.reach is Reach.SHARED
        }
    text = _put(_text(words.body(language), use), written)
    return {
        "subject": _put(_marked(words.subject(language), use), written),
        "text": text,
        "html": _put(_html(words.body(language), use), written),
        "preview": _preview(text),
        "language": language,
        "kicker": kicker,
        "reason": reason,
    }


def personal_values(use: LetterUse, **values: str | int | None) -> dict[str, str]:
    """Return a person's own values for `Draft.personal`: what they typed made harmless, links checked to be ours.

    All personal placeholders of the use must be given; a missing or unknown one raises `KeyError`, a stranger's link
    `ValueError`.
    """
    known = placeholders(use)
    given = {
        each.name: _personal(each.kind, values.pop(each.name))
        for each in known.values()
        if each.reach is Reach.PERSONAL
    }
    if values:
        raise KeyError(f"No personal placeholder is called {sorted(values)}.")
    return given


def _personal(kind: ValueKind, value: str | int | None) -> str:
    text = "" if value is None else str(value)
    if kind is ValueKind.TYPED:
        return harmless(text)
    settings: Settings = current_app.extensions["registrar.settings"]
    if kind is ValueKind.LINK and text and not text.startswith(settings.base_url):
        raise ValueError("A letter's own links lead to this site only.")
    return text


def _written(value: Value) -> str:
    if isinstance(value, At):
        return f"{local_time(value.at, value.zone)}, {zone_label(value.at, value.zone)}"
    return " ".join(str(value).split())


@lru_cache(maxsize=256)
def _html(body: str, use: LetterUse) -> Markup:
    html = markdown.to_html(_linked(body, use))
    return Markup(_STAND_IN.sub(lambda found: slot(found[1]), html))  # noqa: S704 - marks in place of stand-ins


@lru_cache(maxsize=256)
def _text(body: str, use: LetterUse) -> str:
    text = _STAND_IN.sub(lambda found: slot(found[1]), plain_text.of_markdown(_linked(body, use)))
    return _TWICE.sub(r"\1", text)


def _linked(body: str, use: LetterUse) -> str:
    """Return the Markdown with a mark for each placeholder; unknown ones stay as they are typed.

    A link becomes an address in angles, which is right as a target and, where it stands alone, a link of its own.
    """
    links = {name for name, each in placeholders(use).items() if each.kind is ValueKind.LINK}

    def mark(found: re.Match[str]) -> str:
        if found[1] in links:
            return f"<{STAND_IN}{found[1]}/>"
        return found[0].replace(found[0].strip("<>"), _mark(found, use))

    return _IN_ANGLES.sub(mark, _AS_LABEL.sub(lambda found: _mark(found, use), body))


def _marked(text: str, use: LetterUse) -> str:
    return PLACEHOLDER.sub(lambda found: _mark(found, use), text)


def _mark(found: re.Match[str], use: LetterUse) -> str:
    return slot(found[1]) if found[1] in placeholders(use) else found[0].strip("<>")


def _put(text: str, values: Mapping[str, str]) -> Any:
    """Write the values in place of their marks, escaped in HTML; other marks stay."""
    into = escape if isinstance(text, Markup) else str
    put = _MARK.sub(lambda found: str(into(values[found[1]])) if found[1] in values else found[0], text)
    return Markup(put) if isinstance(text, Markup) else put  # noqa: S704 - safe words with escaped values


def _preview(text: str) -> str:
    """Return the beginning of the first real paragraph, for the list of mails; whole words, so whole marks."""
    paragraphs = [" ".join(each.split()) for each in _ADDRESS.sub("", text).split("\n\n") if each.strip()]
    first = next((each for each in paragraphs if len(each) > 40), paragraphs[0] if paragraphs else "")
    return first if len(first) <= PREVIEW_LENGTH else first[:PREVIEW_LENGTH].rpartition(" ")[0] + " …"


@pass_context
def filled(context: Context, text: str) -> Any:
    """Write personal values in place of their marks, as the mail's context knows them."""
    names = {found[1] for found in _MARK.finditer(text)}
    return _put(text, {name: context[name] for name in names})


def install(app: Flask) -> None:
    """Give templates the filter `filled`."""
    app.add_template_filter(filled)
