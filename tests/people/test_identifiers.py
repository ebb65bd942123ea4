"""Identifiers, websites and domains are read kindly and refused when they cannot be."""

from collections.abc import Callable

import pytest

from registrar.errors import Refusal
from registrar.people.identifiers import domain_of, isil_of, ror_of, website_of, wikidata_of


@pytest.mark.parametrize(
    ("read", "typed", "expected"),
    [
        (ror_of, "https://ror.org/03yrm5c26", "03yrm5c26"),
        (ror_of, "ror.org/05DXPS055", "05dxps055"),
        (ror_of, " 013meh722 ", "013meh722"),
        (wikidata_of, "https://www.wikidata.org/wiki/Q160236", "Q160236"),
        (wikidata_of, "http://wikidata.org/entity/Q42", "Q42"),
        (wikidata_of, "q188740", "Q188740"),
        (isil_of, "FR-751131010", "FR-751131010"),
        (isil_of, "ISIL: DE-Mus-123", "DE-Mus-123"),
        (isil_of, "ZDB-1-ABC", "ZDB-1-ABC"),
        (website_of, "www.musée.example/collections?a=1", "https://www.musée.example/collections?a=1"),
        (website_of, "http://museum.example", "http://museum.example"),
        (domain_of, "https://www.Museum.example:8080/path", "museum.example"),
        (domain_of, "someone@mail.museum.example", "mail.museum.example"),
        (domain_of, "musée.example", "xn--muse-dpa.example"),
        (domain_of, "museum.example.", "museum.example"),
    ],
)
def test_identifiers_are_read(read: Callable[[str], str], typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (ror_of, "03yrm5c27"),
        (ror_of, "13yrm5c26"),
        (ror_of, "03yrm5u26"),
        (ror_of, ""),
        (wikidata_of, "Q0"),
        (wikidata_of, "160236"),
        (wikidata_of, "https://evil.example/wiki/Q1"),
        (isil_of, "751131010"),
        (isil_of, "FR-"),
        (isil_of, "FR-123456789012"),
        (isil_of, "ABCDE-1"),
        (website_of, "javascript:alert(1)"),
        (website_of, "https://user@museum.example"),
        (website_of, "https://museum"),
        (website_of, "https://museum.example/a b"),
        (website_of, "https://[::1"),
        (website_of, "https://museum.example/" + "x" * 300),
        (domain_of, "localhost"),
        (domain_of, "10.0.0.1"),
        (domain_of, "1.2"),
        (domain_of, "a..b"),
        (domain_of, "-a.example"),
        (domain_of, "gmail.com"),
        (domain_of, "me@www.facebook.com"),
        (domain_of, ""),
        (domain_of, "https://[::1"),
    ],
)
def test_what_is_none_is_refused(read: Callable[[str], str], typed: str) -> None:
    with pytest.raises(Refusal):
        read(typed)


def test_one_wrong_sign_in_a_ror_is_always_noticed() -> None:
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    right = "03yrm5c26"
    wrong = [
        right[:place] + sign + right[place + 1 :] for place in range(1, 9) for sign in alphabet if sign != right[place]
    ]
    accepted = []
    for typed in wrong:
        try:
            accepted.append(ror_of(typed))
        except Refusal:
            continue

    assert accepted == []
