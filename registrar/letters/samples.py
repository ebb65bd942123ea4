"""A letter as one person would read it, with that person's name and zone and an example of everything else."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from registrar.letters.rendering import TEMPLATE, draft_values, personal_values
from registrar.letters.rules import LANGUAGES, At, LetterUse, Reach, Value, Words, placeholders
from registrar.mail.kinds import Draft
from registrar.mail.rendering import words as written
from registrar.people.models import Person
from registrar.settings import Settings
from registrar.web.locale import local_time, zone_label

AHEAD = timedelta(days=2)
PERSONAL_LINKS = {
    "my_link": "/my",
    "join_link": "/my",
    "unsubscribe_link": "/my/mails",
    "application_link": "/applications",
}
SHARED_LINKS = {"series_link": "/weekly/", "next_session_link": "/weekly/", "page_link": "/weekly/"}
POSITION = 3
ANSWER_WITHIN = timedelta(days=7)


def sample(words: Words, use: LetterUse, language: str, reader: Person | None, now: datetime) -> Draft:
    """Return the mail that this reader would get, or an imagined one if there is none."""
    settings = _settings()
    zone = reader.timezone if reader else settings.default_timezone
    name, institution = (reader.name, reader.institution) if reader else ("Camille Moreau", "Musée des Confluences")
    with force_locale(language):
        shared = _shared(use, At(now + AHEAD, zone), settings)
    own: Mapping[str, str | int | None] = {
        **{each: settings.base_url + path for each, path in PERSONAL_LINKS.items()},
        "name": name, "institution": institution, "position": POSITION, "place_in_line": POSITION,
        "reference": "WAC-7K3QX", "offer_until": _until(At(now + ANSWER_WITHIN, zone), language),
    }  # fmt: skip
    needed = [each.name for each in placeholders(use).values() if each.reach is Reach.PERSONAL]
    return Draft(
        to_name=name,
        to_address=reader.email if reader else "camille@example.org",
        locale=language,
        timezone=zone,
        template=TEMPLATE,
        values=draft_values(words, use, language, shared, kicker=str(shared["programme"])),
        personal=personal_values(use, **{each: own[each] for each in needed}),
        unsubscribe_url=settings.base_url + PERSONAL_LINKS["unsubscribe_link"],
        manage_url=settings.base_url + PERSONAL_LINKS["my_link"],
    )


def read(draft: Draft) -> tuple[str, str, str]:
    """Return subject, text and HTML of a sample."""
    return written(draft, _settings())


def octets(words: Words, use: LetterUse, now: datetime) -> dict[str, int]:
    """Return how large text and HTML of the mail are in each language that is written."""
    sizes = {}
    for language in LANGUAGES:
        if words.body(language):
            _subject, text, html = read(sample(words, use, language, None, now))
            sizes[language] = len(text.encode()) + len(html.encode())
    return sizes


def _until(deadline: At, language: str) -> str:
    with force_locale(language):
        return f"{local_time(deadline.at, deadline.zone)}, {zone_label(deadline.at, deadline.zone)}"


def _shared(use: LetterUse, starts: At, settings: Settings) -> dict[str, Value]:
    examples: dict[str, Value] = {
        "programme": "WAC Museums" if use is LetterUse.DECISION else "WAC Weekly",
        "call": _("WAC Museums, season 5"),
        "season": _("Season 5"),
        "session": _("Lending digital works"),
        "next_session": _("Lending digital works"),
        "next_session_at": starts,
        "starts_at": starts,
        "host_time": At(starts.at, settings.default_timezone),
        "speakers": "Ama Owusu, Jun Sato",
        **{each: settings.base_url + path for each, path in SHARED_LINKS.items()},
    }
    return {each.name: examples[each.name] for each in placeholders(use).values() if each.reach is Reach.SHARED}


def _settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found
