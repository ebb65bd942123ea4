"""Quoted-printable in lines that fit and begin with no dot."""

from binascii import a2b_qp

import pytest

from registrar.mail.quoted import quoted


@pytest.mark.parametrize("end", ["", " ", "\t", "é", "=", ".", ". ", " \nb", "\n.", "\n" + "." * 80])
@pytest.mark.parametrize("sign", ["a", ".", "=", "é", "a "])
def test_any_length_fits_and_comes_back(sign: str, end: str) -> None:
    for length in range(160):
        text = sign * length + end
        encoded = quoted(text)

        *soft, last = encoded.split(b"\r\n")
        assert a2b_qp(encoded).replace(b"\r\n", b"\n").decode() == text
        assert max(map(len, [b"", *soft])) <= 76
        assert len(last) <= 75  # a soft line break may follow
        assert [line for line in (*soft, last) if line.startswith(b".") or line.endswith((b" ", b"\t"))] == []
