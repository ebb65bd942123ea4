"""Reports of many servers are understood, and no bytes whatever raise an exception."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrar.mail.bounces.parsing import MOST_BYTES, read
from registrar.mail.rules import ReportMethod, ReportVerdict
from tests.mail.bounces import corpus
from tests.mail.bounces.corpus import ANA, BOUNCES, SAMPLES, Sample, message


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_report_is_understood(sample: Sample) -> None:
    found = read(message(sample))

    assert (found.verdict, found.method, found.status) == (sample.verdict, sample.method, sample.status)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_how_lines_end_makes_no_difference(sample: Sample) -> None:
    raw = message(sample)

    assert read(raw.replace(b"\n", b"\r\n")) == read(raw)


def test_a_report_tells_where_it_came_and_what_it_encloses() -> None:
    found = read(message(corpus.EXCHANGE, to="bounces+7-abc@wearemuseums.example"))

    assert set(found.sent_to) == {"bounces+7-abc@wearemuseums.example"}
    assert found.recipients == (ANA,)
    assert found.message_ids == ("m1@wearemuseums.example",)
    assert found.written_at is not None
    assert found.written_at.isoformat() == "2027-01-11T09:01:00+00:00"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_address_is_kept(sample: Sample) -> None:
    assert "@" not in read(message(sample)).diagnostic


def test_a_diagnostic_cannot_bring_lines_or_hidden_signs() -> None:
    nasty = corpus.report("5.1.1", "failed", "smtp; 550 =?utf-8?q?gone?=\n\tX-Evil: 1 \u202e\x00\x1b[31m <b>{ana}</b>")

    found = read(message(corpus.POSTFIX._replace(raw=nasty)))

    assert found.verdict is ReportVerdict.HARD
    assert found.diagnostic.isprintable()
    assert ANA not in found.diagnostic


@pytest.mark.parametrize("kept", [0, 40, 200, 500, 700, 800, 900, 1000, 1100])
def test_a_cut_report_is_read_as_far_as_it_goes(kept: int) -> None:
    verdicts = {ReportVerdict.HARD, ReportVerdict.SOFT, ReportVerdict.UNKNOWN}

    assert read(message(corpus.POSTFIX)[:kept]).verdict in verdicts


def test_a_report_with_a_huge_mail_enclosed_is_read_at_its_beginning() -> None:
    raw = message(corpus.POSTFIX).replace(b"--b1--", b"x" * 70 + b"\n") + (b"y" * 70 + b"\n") * 30_000

    assert len(raw) > MOST_BYTES * 4
    assert (read(raw).verdict, read(raw).status) == (ReportVerdict.HARD, "5.1.1")


def test_an_encoded_status_part_is_read() -> None:
    head, _, rest = corpus.POSTFIX.raw.partition("Content-Type: message/delivery-status\n\n")
    status, _, tail = rest.partition("--b1\n")
    part = "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n"
    encoded = base64.encodebytes(status.replace("{ana}", ANA).encode()).decode()
    raw = message(corpus.POSTFIX._replace(raw=f"{head}{part}{encoded}\n--b1\n{tail}"))

    assert read(raw).verdict is ReportVerdict.HARD


def _nested(depth: int) -> bytes:
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"To: {BOUNCES}\n{opening}".encode()


BOMBS = {
    "nothing": b"",
    "binary": bytes(range(256)) * 500,
    "nested": _nested(250),
    "nested too deep": _nested(5_000),
    "many parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 60_000,
    "many blocks": b"Content-Type: message/delivery-status\n\n" + b"a: b\n\n" * 40_000,
    "many lines": b"From: mailer-daemon@x\n\n" + b"x\n" * 120_000,
    "lines that just pass": b"From: mailer-daemon@x\n\n" + b"a short line\n" * 9_000,
    "one line": b"To: a@b\nReturn-Path: <>\n\n" + b"a@" * 100_000,
    "one word": b"To: " + b"a" * 250_000 + b"\n\n",
    "digits": b"From: mailer-daemon@x\nReturn-Path: <>\n\n" + b"5.1." * 60_000,
    "dashes": b"From: mailer-daemon@x\nReturn-Path: <>\n\n" + b"- =" * 80_000,
    "users": b"From: mailer-daemon@x\nReturn-Path: <>\n\n" + b"user " + b" " * 200_000 + b"does not",
    "no such charset": b"From: mailer-daemon@x\nContent-Type: text/plain; charset=klingon\n\n550 5.1.1 \xff\xfe",
    "bad base64": b"From: mailer-daemon@x\nContent-Transfer-Encoding: base64\n\n====\n=",
    "bad words": b"Subject: =?klingon?q?x?= =?utf-8?b?!!?=\nDate: Fri, 99 Foo 99999 99:99:99 +9999\n\nx",
    "surrogates": "To: x\udcff@\udcfe\nSubject: \udcff\n\n".encode("utf-8", "surrogateescape"),
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_hostile_bytes_are_left_to_a_person(raw: bytes) -> None:
    assert read(raw).verdict in {ReportVerdict.UNKNOWN, ReportVerdict.HARD, ReportVerdict.SOFT}


def test_what_cannot_be_read_still_tells_where_it_came() -> None:
    found = read(BOMBS["nested too deep"])

    assert (found.verdict, found.method, found.sent_to) == (ReportVerdict.UNKNOWN, ReportMethod.NONE, (BOUNCES,))


PIECES = st.sampled_from(
    [line for sample in SAMPLES for line in sample.raw.splitlines()]
    + ["Content-Transfer-Encoding: base64", "Content-Type: message/rfc822", "", "", "\x00", "Status: 5.1.1\r", "é" * 9]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40), st.binary(max_size=60))
def test_shuffled_pieces_never_raise(lines: list[str], tail: bytes) -> None:
    found = read("\n".join(lines).encode() + tail)

    assert found.diagnostic.isprintable()
    assert len(found.diagnostic) <= 300


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(SAMPLES), st.integers(0, 1500))
def test_planted_bytes_never_raise(planted: bytes, sample: Sample, at: int) -> None:
    raw = message(sample)

    found = read(raw[:at] + planted + raw[at:])

    assert "@" not in found.diagnostic
