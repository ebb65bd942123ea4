"""Every warning says where it stands and how to mend it; a good letter gets none."""

from dataclasses import replace

import pytest

from registrar.letters.checks import MOST_OCTETS, Finding, Level, check, errors
from registrar.letters.rules import LetterUse, Words
from tests.letters.conftest import GOOD

USE = LetterUse.CAMPAIGN
PICTURE = "A picture would be loaded from elsewhere. Leave it out, or link to its page."
MIX = "A link leads to a whole address or to one link placeholder, not to a mix."
NOWHERE = "leads nowhere from a mail. Write the whole address with https://."
SHORT = "Shortened links look like spam. Write the whole address instead of “https://bit.ly/…”."
HERE = "Say where a link leads instead of “click here”: many people read only the links."
EMPTY = "Empty for some readers: institution. Let the sentence work without."
OPEN = "is not encrypted. Write https:// if the site has it."


def message(finding: Finding) -> str:
    return finding.message % finding.values if finding.values else finding.message


def test_a_good_letter_is_left_alone() -> None:
    assert check(GOOD, USE) == []


@pytest.mark.parametrize(
    ("body", "level", "line", "words"),
    [
        ("Hello {{ nam }}", "error", 1, "“nam” is no placeholder. Did you mean “name”?"),
        ("a\n\n{{ password }}", "error", 3, "“password” is no placeholder. Choose one from the list."),
        ("{{ name.upper() }}", "error", 1, "“name.upper()” is no placeholder. Did you mean “name”?"),
        ("Hello {{ name }", "error", 1, "“{{” has no counterpart. A placeholder reads {{ name }}."),
        ("Hello name }}", "error", 1, "“}}” has no counterpart. A placeholder reads {{ name }}."),
        ("Hello {name}", "warning", 1, "“{name}” stays as it is. A placeholder has two braces on each side."),
        ("a\n![x](https://x.example/x.png)", "error", 2, PICTURE),
        ("<img src=x>", "error", 1, PICTURE),
        ("[x](https://x.example/{{ name }})", "error", 1, MIX),
        ("[x]({{ name }})", "error", 1, MIX),
        ("[x]({{ my_link }}?a=1)", "error", 1, MIX),
        ("[x](/weekly)", "error", 1, "“/weekly” " + NOWHERE),
        ("[x](javascript:alert)", "error", 1, "“javascript:alert” " + NOWHERE),
        ("https://{{ name }}.example", "error", 1, "An address cannot hold a placeholder."),
        ("http://x.example/a", "warning", 1, "“http://x.example/a” " + OPEN),
        ("https://bit.ly/x", "warning", 1, SHORT),
        ("[click here](https://x.example)", "warning", 1, HERE),
        ("a <b>b</b>", "warning", 1, "“<b>” will be read as it stands. Use Markdown, for example **bold**."),
        ("of {{ institution }}", "warning", None, EMPTY),
    ],
)  # fmt: skip
def test_the_text_is_checked(body: str, level: str, line: int | None, words: str) -> None:
    found = check(replace(GOOD, body_en="Come: {{ my_link }}\n" + body), USE)

    place = (Level(level), "body_en", line + 1 if line else None)
    assert (*place, words) in [(each.level, each.place, each.line, message(each)) for each in found]
    assert [each.level for each in found if each.place == "body_en"].count(Level.ERROR) == (level == "error")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("LAST CHANCE TODAY", "Capital letters look like spam. Write the subject like a sentence."),
        ("WAC", None),
        ("Come!", None),
        ("Come!!", "More than one exclamation mark looks like spam. Leave them out."),
        ("x" * 79, "The subject has 79 characters; many mail programs show 78 at most."),
        ("Go {{ my_link }}", "A subject cannot hold a link. Move “my_link” into the text."),
        ("Hi {{ nam }}", "“nam” is no placeholder. Did you mean “name”?"),
    ],
)
def test_the_subject_is_checked(subject: str, words: str | None) -> None:
    found = check(replace(GOOD, subject_en=subject), USE)

    assert [message(each) for each in found] == ([words] if words else [])


def test_a_missing_language_is_a_warning_and_nothing_at_all_an_error() -> None:
    assert [message(each) for each in check(replace(GOOD, subject_fr="", body_fr=""), USE)] == [
        "There is no French text: readers of French get the English one."
    ]
    assert [message(each) for each in check(replace(GOOD, subject_en="", body_en=""), USE)] == [
        "There is no English text: readers of English get the French one."
    ]
    assert [message(each) for each in errors(Words(), USE)] == ["Write a subject and a text in at least one language."]


def test_a_subject_needs_a_text_and_a_text_a_subject() -> None:
    found = errors(Words(subject_en="News", body_fr="Bonjour"), USE)

    assert [(each.place, each.message) for each in found] == [
        ("body_en", "There is a subject but no text. Write the text."),
        ("subject_fr", "The text has no subject. Write one."),
    ]


def test_a_way_on_is_missed() -> None:
    reminder = replace(GOOD, body_en="See you", body_fr="À bientôt")

    assert [message(each) for each in check(replace(GOOD, body_en="Hi", body_fr="Ça va"), USE)] == [
        "The text holds no link: readers cannot go on from here."
    ] * 2
    assert [message(each) for each in check(reminder, LetterUse.REMINDER)] == [
        "The text does not hold join_link: nobody can join from this reminder."
    ] * 2


def test_a_link_in_one_language_only_is_told() -> None:
    found = check(replace(GOOD, body_fr="Bonjour : https://museums.example"), USE)

    assert [(each.place, message(each)) for each in found] == [
        ("body_fr", "Only one of the two languages holds my_link.")
    ]


def test_a_mail_that_is_too_large_is_told() -> None:
    assert check(GOOD, USE, {"en": MOST_OCTETS, "fr": MOST_OCTETS}) == []
    assert [(each.place, message(each)) for each in check(GOOD, USE, {"fr": 61_000})] == [
        ("body_fr", "The mail has 61 kB; some mail programs cut off what is over 60 kB. Shorten it.")
    ]


def test_marks_alone_are_no_text() -> None:
    found = errors(replace(GOOD, body_en="***\n"), USE)

    assert [(each.place, each.message) for each in found] == [("body_en", "The text says nothing. Write it.")]
