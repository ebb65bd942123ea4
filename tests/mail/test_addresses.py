"""Addresses as they go over the wire."""

import pytest

from registrar.mail.addresses import BadAddress, wire_address


@pytest.mark.parametrize(
    ("address", "wired"),
    [
        ("Ana.Silva+x@Example.ORG", "Ana.Silva+x@Example.ORG"),
        ("ana@localhost", "ana@localhost"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@博物館.example", "ana@xn--9krs63ehs0a.example"),
        ("館長@example.org", "館長@example.org"),
    ],
)
def test_an_address_has_one_form_on_the_wire(address: str, wired: str) -> None:
    assert wire_address(address) == wired


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "a b@example.org",
        '"a b"@example.org',
        "a..b@example.org",
        ".a@example.org",
        "a@b@example.org",
        "a>@example.org",
        "a@exam_ple.org",
        "a@-example.org",
        "a@example..org",
        "a@[127.0.0.1]",
        "a@musée_.example",
        "a\u202e@example.org",
        "a\u200b@example.org",
        "a\r\nRCPT TO:<b@example.org>@example.org",
        "a@" + "b" * 64 + ".org",
        "a" * 65 + "@example.org",
        "é" * 33 + "@example.org",
        "a@" + "b.example" * 30,
    ],
)
def test_what_can_be_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        wire_address(address)
