"""Placeholders are a fixed set, and what people typed never becomes a link."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrar.letters.rules import TYPED_LENGTH, LetterUse, Words, did_you_mean, harmless, names_in


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Ama Owusu", "Ama Owusu"),
        ("Zoë O’Neill-Łęcka 🎨", "Zoë O’Neill-Łęcka 🎨"),
        ("Visit http://spam.example", "Visit http: spam. example"),
        ("www.spam.example/win", "www. spam. example/win"),
        ("https:\\\\spam。example", "https: spam。 example"),
        ("win@spam.example", "win @ spam. example"),
        ("J.R.R. Tolkien", "J. R. R. Tolkien"),
        ("Ana\r\nBcc: a\u202eb\u200bc\x00", "Ana Bcc: a b c"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_people_typed_is_harmless(typed: str | None, written: str) -> None:
    assert harmless(typed) == written


def test_what_people_typed_is_shortened() -> None:
    written = harmless("x" * 300)

    assert written == "x" * (TYPED_LENGTH - 1) + "…"


def test_names_are_found_with_and_without_spaces() -> None:
    assert list(names_in("{{name}} { no } {{ my_link }} {{ a.b|c }} {{\nd }}")) == ["name", "my_link", "a.b|c", "d"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("nam", "name"), ("My Link", "my_link"), ("sesion", "season"), ("password", None)]
)
def test_a_near_placeholder_is_suggested(typed: str, meant: str | None) -> None:
    assert did_you_mean(typed, LetterUse.CAMPAIGN) == meant


@pytest.mark.parametrize(
    ("words", "locale", "language"),
    [
        (Words(body_en="Hello", body_fr="Bonjour"), "fr", "fr"),
        (Words(body_en="Hello"), "fr", "en"),
        (Words(body_fr="Bonjour"), "en", "fr"),
        (Words(), "en", "en"),
    ],
)
def test_a_language_that_nobody_wrote_is_replaced_by_the_other(words: Words, locale: str, language: str) -> None:
    assert words.language_for(locale) == language


@given(st.text(st.sampled_from("ab.:/@ \\\u3002\u200b\n\x00wht") | st.characters(), max_size=120))
def test_nothing_that_is_typed_can_be_read_as_an_address(typed: str) -> None:
    written = harmless(typed)

    assert re.search(r"://|//|\w[.\u3002\uff0e\uff61]\w|\S@|@\S|[\x00-\x1f]", written) is None
    assert len(written) <= TYPED_LENGTH
    assert harmless(written) == written
