"""Names of files become harmless on every computer, and keep the letters of every script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrar.applications.files.kinds import Kind
from registrar.applications.files.names import harmless

RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("given_name", "kind", "name"),
    [
        ("Plan für 2027.pdf", Kind.PDF, "Plan für 2027.pdf"),
        ("Προϋπολογισμός.xlsx", Kind.XLSX, "Προϋπολογισμός.xlsx"),
        ("план музея.docx", Kind.DOCX, "план музея.docx"),
        ("計画.pdf", Kind.PDF, "計画.pdf"),
        ("cafe\u0301.pdf", Kind.PDF, "café.pdf"),
        ("../../etc/passwd", Kind.PDF, "passwd.pdf"),
        ("C:\\Users\\ana\\plan.pdf", Kind.PDF, "plan.pdf"),
        ("photo\u202egpj.exe", Kind.JPEG, "photogpj.exe.jpg"),
        ("in\u200bvis\u2060ible\ufeff.pdf", Kind.PDF, "invisible.pdf"),
        ("line\r\nSet-Cookie: a=b.pdf", Kind.PDF, "line Set-Cookie- a=b.pdf"),
        ("nul\x00l.pdf", Kind.PDF, "null.pdf"),
        ("con.pdf", Kind.PDF, "_con.pdf"),
        ("LPT1.final.pdf", Kind.PDF, "_LPT1.final.pdf"),
        ("  plan . .pdf", Kind.PDF, "plan.pdf"),
        (".htaccess", Kind.PNG, "htaccess.png"),
        ("", Kind.PDF, "file.pdf"),
        ("....", Kind.PDF, "file.pdf"),
        ("plan.jpg", Kind.PNG, "plan.png"),
        ("plan.JPEG", Kind.JPEG, "plan.jpg"),
        ("setup.exe", Kind.PDF, "setup.exe.pdf"),
        ("version 1.2", Kind.PDF, "version 1.2.pdf"),
        ('a<b>c:"d"|e?f*g%20.pdf', Kind.PDF, "a-b-c--d--e-f-g-20.pdf"),
        ("z" + "\u0301" * 50 + ".pdf", Kind.PDF, "ź" + "\u0301" * 4 + ".pdf"),
        ("é" * 300 + ".pdf", Kind.PDF, "é" * 88 + ".pdf"),
    ],
)
def test_a_name_becomes_harmless(given_name: str, kind: Kind, name: str) -> None:
    assert harmless(given_name, kind) == name


@given(st.text(max_size=400), st.sampled_from(Kind))
def test_whatever_a_file_calls_itself_its_name_is_harmless_and_stays_as_it_is(text: str, kind: Kind) -> None:
    name = harmless(text, kind)
    stem, _, ending = name.rpartition(".")

    assert harmless(name, kind) == name
    assert (ending, len(name.encode()) <= 200, stem.strip(" .")) == (kind.ending, True, stem)
    assert not set(name) & set('/\\<>:"|?*%')
    assert stem.split(".")[0].lower() not in RESERVED
    assert [c for c in name if unicodedata.category(c)[0] == "C"] == []
    assert unicodedata.normalize("NFC", name) == name
