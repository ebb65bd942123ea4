"""Domain groups: the large providers by name, others by what somebody registered."""

import pytest

from registrar.mail.domains import group_of


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("ana@gmail.com", "gmail"),
        ("ana@GoogleMail.com", "gmail"),
        ("ana@outlook.fr", "microsoft"),
        ("ana@hotmail.co.uk", "microsoft"),
        ("ana@live.com", "microsoft"),
        ("ana@yahoo.co.jp", "yahoo"),
        ("ana@aol.com", "yahoo"),
        ("ana@icloud.com", "apple"),
        ("ana@me.com", "apple"),
        ("ana@mail.museum.example", "museum.example"),
        ("ana@tate.org.uk", "tate.org.uk"),
        ("ana@post.tate.org.uk", "tate.org.uk"),
        ("ana@culture.gouv.fr", "culture.gouv.fr"),
        ("ana@musée.example", "xn--muse-dpa.example"),
        ("ana@localhost", "localhost"),
        ("nobody", "unknown"),
    ],
)
def test_an_address_belongs_to_whoever_runs_its_mailbox(address: str, group: str) -> None:
    assert group_of(address) == group
