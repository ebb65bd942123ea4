"""What is wrong or unwise in a letter, where it stands and how to mend it; errors stop it, warnings do not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from registrar.errors import N_
from registrar.letters.rules import (
    LANGUAGES,
    PLACEHOLDER,
    LetterUse,
    ValueKind,
    Words,
    did_you_mean,
    names_in,
    placeholders,
)

MOST_OCTETS = 60_000
"""Mail programs cut what is longer."""
LONGEST_SUBJECT = 78
SHORTENERS = "bit.ly|tinyurl.com|t.co|goo.gl|ow.ly|is.gd|buff.ly|cutt.ly|rebrand.ly|lnkd.in|shorturl.at|t.ly"
_IMAGE = re.compile(r"!\[[^\]]*\][(\[]|<img\b", re.I)
_TAG = re.compile(r"</?(?:a|b|br|i|u|p|div|span|strong|em|font|table|tr|td|ul|ol|li|h[1-6])\b[^<>]*>", re.I)
_TARGET = re.compile(r"\]\(\s*((?:\{\{[^{}\n]*\}\}|[^()\n])*)\)")
_GLUED = re.compile(r"(?:https?://|www\.)[^\s<>()]*\{\{[^{}\n]*\}\}", re.I)
_PLAIN_HTTP = re.compile(r"\bhttp://[^\s<>()]+", re.I)
_SHORTENED = re.compile(rf"\b(?:https?://)(?:www\.)?(?:{SHORTENERS})/", re.I)
_ANY_LINK = re.compile(r"https://|mailto:", re.I)
_HERE = re.compile(r"click here|cliquez ici|cliquer ici|\[\s*(?:here|ici)\s*\]", re.I)
_SINGLE = re.compile(r"(?<!\{)\{\s*([a-z_]+)\s*\}(?!\})")
_SHOUTED = 0.7
_SHORT = 8


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to mend: how bad, in which field (`body_fr`), in words to be translated, on which line."""

    level: Level
    place: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None


def check(words: Words, use: LetterUse, octets: Mapping[str, int] | None = None) -> list[Finding]:
    """Return what to mend, errors first; `octets` is how large the finished mail is in each language."""
    found = [*_languages(words), *_links(words, use)]
    for language in LANGUAGES:
        found += _subject(words.subject(language), f"subject_{language}", use)
        found += _body(words.body(language), f"body_{language}", use)
        found += _size((octets or {}).get(language, 0), f"body_{language}")
    return sorted(found, key=lambda each: each.level is Level.WARNING)


def errors(words: Words, use: LetterUse) -> list[Finding]:
    """Return what keeps these words from being stored or sent."""
    return [each for each in check(words, use) if each.level is Level.ERROR]


def _error(place: str, message: str, line: int | None = None, **values: object) -> Finding:
    return Finding(Level.ERROR, place, message, values, line)


def _warning(place: str, message: str, line: int | None = None, **values: object) -> Finding:
    return Finding(Level.WARNING, place, message, values, line)


def _languages(words: Words) -> Iterator[Finding]:
    """Tell what is missing in one language or in both."""
    if not any(words.subject(each) or words.body(each) for each in LANGUAGES):
        yield _error("subject_en", N_("Write a subject and a text in at least one language."))
        return
    if not words.subject_fr and not words.body_fr:
        yield _warning("subject_fr", N_("There is no French text: readers of French get the English one."))
    if not words.subject_en and not words.body_en:
        yield _warning("subject_en", N_("There is no English text: readers of English get the French one."))
    for language in LANGUAGES:
        if words.body(language) and not words.subject(language):
            yield _error(f"subject_{language}", N_("The text has no subject. Write one."))
        if words.subject(language) and not words.body(language):
            yield _error(f"body_{language}", N_("There is a subject but no text. Write the text."))


def _links(words: Words, use: LetterUse) -> Iterator[Finding]:
    """Tell when there is no way on, or not the same one in both languages."""
    known = placeholders(use)
    used = {each: _known_links(words.body(each), use) for each in LANGUAGES if words.body(each)}
    for language, links in used.items():
        place = f"body_{language}"
        if use is LetterUse.REMINDER and "join_link" in known and not links & {"join_link"}:
            if "position" not in names_in(words.body(language)):
                yield _warning(place, N_("The text does not hold join_link: nobody can join from this reminder."))
        elif not links and not _ANY_LINK.search(words.body(language)):
            yield _warning(place, N_("The text holds no link: readers cannot go on from here."))
    if len(used) == len(LANGUAGES) and used["en"] != used["fr"]:
        names = ", ".join(sorted(used["en"] ^ used["fr"]))
        yield _warning("body_fr", N_("Only one of the two languages holds %(names)s."), names=names)


def _known_links(body: str, use: LetterUse) -> set[str]:
    known = placeholders(use)
    return {name for name in names_in(body) if name in known and known[name].kind is ValueKind.LINK}


def _subject(subject: str, place: str, use: LetterUse) -> Iterator[Finding]:
    yield from _names(subject, place, use)
    for name in sorted(_known_links(subject, use)):
        yield _error(place, N_("A subject cannot hold a link. Move “%(name)s” into the text."), name=name)
    plain = PLACEHOLDER.sub("", subject)
    letters = [c for c in plain if c.isalpha()]
    if len(letters) >= _SHORT and sum(c.isupper() for c in letters) > _SHOUTED * len(letters):
        yield _warning(place, N_("Capital letters look like spam. Write the subject like a sentence."))
    if "!!" in plain or plain.count("!") > 1:
        yield _warning(place, N_("More than one exclamation mark looks like spam. Leave them out."))
    if len(plain) > LONGEST_SUBJECT:
        yield _warning(
            place, N_("The subject has %(count)s characters; many mail programs show %(most)s at most."),
            count=len(plain), most=LONGEST_SUBJECT,
        )  # fmt: skip


def _body(body: str, place: str, use: LetterUse) -> Iterator[Finding]:
    yield from _names(body, place, use)
    if body and not any(c.isalnum() for c in body):
        yield _error(place, N_("The text says nothing. Write it."))
    yield from _targets(body, place, use)
    known = placeholders(use)
    if empty := ", ".join(sorted({name for name in names_in(body) if name in known and known[name].may_be_empty})):
        yield _warning(place, N_("Empty for some readers: %(names)s. Let the sentence work without."), names=empty)
    for pattern, message in _UNWISE:
        for found in pattern.finditer(body):
            yield _warning(place, message, _line(body, found.start()), found=found[0])
    for found in _IMAGE.finditer(body):
        yield _error(
            place, N_("A picture would be loaded from elsewhere. Leave it out, or link to its page."),
            _line(body, found.start()),
        )  # fmt: skip


_UNWISE = (
    (_PLAIN_HTTP, N_("“%(found)s” is not encrypted. Write https:// if the site has it.")),
    (_SHORTENED, N_("Shortened links look like spam. Write the whole address instead of “%(found)s…”.")),
    (_HERE, N_("Say where a link leads instead of “%(found)s”: many people read only the links.")),
    (_TAG, N_("“%(found)s” will be read as it stands. Use Markdown, for example **bold**.")),
)


def _names(text: str, place: str, use: LetterUse) -> Iterator[Finding]:
    """Tell which placeholders nobody knows and which are broken."""
    known = placeholders(use)
    for found in PLACEHOLDER.finditer(text):
        name, line = found[1], _line(text, found.start())
        if name in known:
            continue
        if near := did_you_mean(name, use):
            message = N_("“%(name)s” is no placeholder. Did you mean “%(near)s”?")
            yield _error(place, message, line, name=name, near=near)
        else:
            yield _error(place, N_("“%(name)s” is no placeholder. Choose one from the list."), line, name=name)
    yield from _broken(text, place, use)


def _broken(text: str, place: str, use: LetterUse) -> Iterator[Finding]:
    rest = PLACEHOLDER.sub(lambda each: " " * len(each[0]), text)
    for lost in re.finditer(r"\{\{|\}\}", rest):
        yield _error(
            place, N_("“%(found)s” has no counterpart. A placeholder reads {{ name }}."),
            _line(text, lost.start()), found=lost[0],
        )  # fmt: skip
    for lone in _SINGLE.finditer(rest):
        if lone[1] in placeholders(use):
            yield _warning(
                place, N_("“%(found)s” stays as it is. A placeholder has two braces on each side."),
                _line(text, lone.start()), found=lone[0],
            )  # fmt: skip


def _targets(body: str, place: str, use: LetterUse) -> Iterator[Finding]:
    """Tell which links lead nowhere, or to where a typed value would lead them."""
    links = {name for name, each in placeholders(use).items() if each.kind is ValueKind.LINK}
    for found in _TARGET.finditer(body):
        target, line = found[1].strip().strip("<>").strip(), _line(body, found.start())
        whole = PLACEHOLDER.fullmatch(target)
        if PLACEHOLDER.search(target) and not (whole and whole[1] in links):
            yield _error(place, N_("A link leads to a whole address or to one link placeholder, not to a mix."), line)
        elif not whole and not re.match(r"https?://|mailto:", target, re.I):
            message = N_("“%(target)s” leads nowhere from a mail. Write the whole address with https://.")
            yield _error(place, message, line, target=target)
    for found in _GLUED.finditer(_TARGET.sub(lambda each: " " * len(each[0]), body)):
        yield _error(place, N_("An address cannot hold a placeholder."), _line(body, found.start()))


def _size(octets: int, place: str) -> Iterator[Finding]:
    if octets > MOST_OCTETS:
        yield _warning(
            place, N_("The mail has %(size)s kB; some mail programs cut off what is over %(most)s kB. Shorten it."),
            size=octets // 1000, most=MOST_OCTETS // 1000,
        )  # fmt: skip


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
