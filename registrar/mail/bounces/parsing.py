"""From the bytes of a mail that came back to what it says: hostile, cut or broken bytes are read as far as they go."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from flufl.bounce import all_failures

from registrar.mail.bounces import rules
from registrar.mail.bounces.rules import Report
from registrar.mail.rules import ReportMethod, ReportVerdict

Mail: TypeAlias = "Message[Any, Any]"
MOST_BYTES = 256 * 1024
"""What is read of a report: whatever it says stands before the mail that it encloses."""
MOST_PARTS = 300
MOST_LINES = 10_000
MOST_TEXT = 20_000
LONGEST_LINE = 2_000
MOST_WORDS = 50
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
"""Where servers write to whom a mail was delivered."""
_DAEMON = re.compile(r"(mailer-daemon|mail-daemon|mdaemon|postmaster|microsoftexchange\w*)@", re.IGNORECASE)
_COPY_BEGINS = re.compile(r"^[-_=> ]{3,}.{0,40}(copy|copie|original|origine|below).*", re.IGNORECASE | re.MULTILINE)
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RECEIPT_TYPES = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
_WRITTEN_BY_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Vacation")


def read(raw: bytes) -> Report:
    """Return what a report says; `UNKNOWN` where that cannot be told. Never raises, whatever the bytes are."""
    try:
        mail = _parsed(raw[:MOST_BYTES])
        return _read(mail)
    except Exception:  # noqa: BLE001 - a person looks at what no parser bears; the report is kept
        return Report(verdict=ReportVerdict.UNKNOWN, method=ReportMethod.NONE, sent_to=_bare_recipients(raw))


def _parsed(raw: bytes) -> Mail:
    """Parse a mail; one with parts or lines beyond measure, which would take seconds, raises `ValueError`."""
    if raw.count(b"\n--") > MOST_PARTS or raw.count(b"\n") > MOST_LINES:
        raise ValueError("This is made to keep a machine busy.")
    return message_from_bytes(raw)


def _read(mail: Mail) -> Report:
    understand: tuple[Callable[[Mail], Report | None], ...] = (
        _delivery_status, _feedback, _automatic, _known_wording, _codes_in_text,
    )  # fmt: skip
    found = next((report for each in understand if (report := each(mail))), None)
    found = found or Report(verdict=ReportVerdict.UNKNOWN, method=ReportMethod.NONE, diagnostic=_shown(mail))
    own = _words(mail, *CAME_TO)
    enclosed = list(_enclosed(mail))
    quoted = _words_of(enclosed, "Return-Path") if found.method is ReportMethod.ARF else ()
    ids = tuple(filter(None, (_field(each, "Message-ID").strip(" <>") for each in enclosed)))
    return replace(found, sent_to=(*own, *found.sent_to, *quoted), message_ids=ids, written_at=_date(mail))


def _delivery_status(mail: Mail) -> Report | None:
    """Read a delivery report (RFC 3464, 6533)."""
    blocks = (block for part in _parts(mail) if part.get_content_type() in _STATUS_TYPES for block in _blocks(part))
    found = [report for block in blocks if (report := _recipient(block))]
    return rules.mildest(found) if found else None


def _recipient(block: Mail) -> Report | None:
    """Return what is said of one recipient (RFC 3464, 2.3), or None for the fields of the whole message."""
    action = _field(block, "Action").strip().lower()
    said = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _field(block, "Diagnostic-Code")
    status = rules.find_status(_field(block, "Status"))
    if rules.says_nothing(status):
        status = rules.find_status(said) or status
    verdict = _verdict(action, status, said)
    if verdict is None:
        return None
    return Report(
        verdict=verdict,
        method=ReportMethod.DSN,
        status=status,
        diagnostic=rules.without_addresses(said),
        recipients=_words(block, "Original-Recipient", "Final-Recipient"),
    )


def _verdict(action: str, status: str | None, said: str) -> ReportVerdict | None:
    if action.startswith(("fail", "error")) or (not action and (status or "").startswith("5")):
        return rules.verdict(status, said)
    if action.startswith("delay"):
        return ReportVerdict.DELAYED
    if action.startswith(("deliver", "relay", "expand")):
        return ReportVerdict.AUTO_REPLY
    return None


def _feedback(mail: Mail) -> Report | None:
    """Read a complaint (RFC 5965): the mail's own envelope sender in it says which mail it is about."""
    part = next((each for each in _parts(mail) if each.get_content_type() == "message/feedback-report"), None)
    if part is None:
        return None
    block = next(iter(_blocks(part)), part)
    kind = _field(block, "Feedback-Type").strip().lower()
    verdict = ReportVerdict.COMPLAINT if kind in _COMPLAINTS else ReportVerdict.UNKNOWN
    return Report(
        verdict=ReportVerdict.AUTO_REPLY if kind == "not-spam" else verdict,
        method=ReportMethod.ARF,
        diagnostic=rules.without_addresses(kind),
        recipients=_words(block, "Original-Rcpt-To"),
        sent_to=_words(block, "Original-Mail-From"),
    )


def _automatic(mail: Mail) -> Report | None:
    """Recognise an automatic answer (RFC 3834) or a receipt (RFC 8098); some servers mark their bounces alike."""
    receipt = any(part.get_content_type() in _RECEIPT_TYPES for part in _parts(mail))
    answers = (
        _field(mail, "Auto-Submitted").strip().lower().startswith("auto-replied")
        or "auto_reply" in _field(mail, "Precedence").lower()
        or any(mail[name] is not None for name in _WRITTEN_BY_MACHINES)
        or rules.is_away(_decoded(_field(mail, "Subject")))
    )
    if receipt or (answers and not _is_from_a_server(mail)):
        return Report(verdict=ReportVerdict.AUTO_REPLY, method=ReportMethod.NONE)
    return None


def _is_from_a_server(mail: Mail) -> bool:
    report = mail.get_content_type() == "multipart/report"
    return report or mail["X-Failed-Recipients"] is not None or _DAEMON.search(_field(mail, "From")) is not None


def _known_wording(mail: Mail) -> Report | None:
    """Recognise what servers wrote before there was a standard; their codes say how bad it is."""
    text = _text(mail)
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return None
    try:
        for_now, for_good = all_failures(mail)
    except Exception:  # noqa: BLE001 - its detectors are not made for hostile bytes
        return None
    if not for_now and not for_good:
        return None
    status = rules.find_status(text)
    return Report(
        verdict=rules.verdict(status, text) if for_good else ReportVerdict.DELAYED,
        method=ReportMethod.PATTERN,
        status=status,
        diagnostic=rules.without_addresses(_line_with_code(text)),
        recipients=tuple(each.decode("ascii", "replace") for each in sorted(for_good or for_now))[:MOST_WORDS],
    )


def _codes_in_text(mail: Mail) -> Report | None:
    """Find a server's code in the words of what a server has sent."""
    text = _text(mail)
    is_report = _is_from_a_server(mail) or _field(mail, "Return-Path").strip() == "<>"
    status = rules.find_status(text)
    if not is_report or not (status or rules.has_reply(text) or rules.names_unknown_user(text)):
        return None
    soft = status is not None and status.startswith("4")
    return Report(
        verdict=ReportVerdict.DELAYED if soft and rules.is_patient(text) else rules.verdict(status, text),
        method=ReportMethod.TEXT,
        status=status,
        diagnostic=rules.without_addresses(_line_with_code(text)),
    )


def _line_with_code(text: str) -> str:
    """Return the line that says why, without what a person's mail may hold."""
    lines = [line for line in text.splitlines() if rules.find_status(line) or rules.has_reply(line)]
    return (lines or [line for line in text.splitlines() if rules.names_unknown_user(line)] or [""])[0]


def _shown(mail: Mail) -> str:
    return rules.without_addresses(_decoded(_field(mail, "Subject")))


def _parts(mail: Mail) -> Iterator[Mail]:
    """Walk through the parts of the report itself, not of the mail that it encloses."""
    waiting = [mail]
    while waiting:
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = [*part.get_payload(), *waiting]


def _enclosed(mail: Mail) -> Iterator[Mail]:
    """Return the header of each mail that the report encloses."""
    for part in _parts(mail):
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822", "message/global"}:
            yield from list(_blocks(part))[:1]


def _blocks(part: Mail) -> list[Mail]:
    """Return the groups of fields that a part holds."""
    payload = part.get_payload()
    if isinstance(payload, list) and part.get_content_type() in {"message/delivery-status", "message/rfc822"}:
        return payload  # type: ignore[return-value]  # messages, because it is a list
    text = _inner(part, payload[0]) if isinstance(payload, list) and payload else _content(part)  # type: ignore[arg-type]
    return [HeaderParser().parsestr(block) for block in re.split(r"\n[ \t]*\n", text.strip())[:MOST_PARTS]]


def _inner(part: Mail, inner: Mail) -> str:
    """Return the text of a part that the parser took for a mail, also where it is encoded (RFC 6533, 3)."""
    again: Mail = Message()
    again["Content-Transfer-Encoding"] = _field(part, "Content-Transfer-Encoding")
    again.set_payload(inner.as_string().lstrip("\n"))
    return _content(again)


def _text(mail: Mail) -> str:
    """Return the beginning of the report's own words, without a copy of the mail that follows them."""
    texts = (_content(part) for part in _parts(mail) if part.get_content_type() == "text/plain")
    text = "\n".join(texts) or "\n".join(
        re.sub(r"<[^<>]{0,500}>", " ", _content(part)) for part in _parts(mail) if part.get_content_maintype() == "text"
    )
    return _COPY_BEGINS.split(text[:MOST_TEXT], maxsplit=1)[0]


def _content(part: Mail) -> str:
    """Return a part's text, in its charset or as near as can be."""
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        return raw.decode("utf-8", "replace").replace("\r\n", "\n")


def _field(mail: Mail, name: str) -> str:
    return str(mail.get(name, ""))[:MOST_TEXT]


def _decoded(value: str) -> str:
    """Return a header's text with its encoded words read (RFC 2047)."""
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return value


def _words(mail: Mail, *names: str) -> tuple[str, ...]:
    """Return the addresses that some fields hold."""
    values = (str(value)[:MOST_TEXT] for name in names for value in mail.get_all(name, []))
    return tuple(word for value in values for word in re.split(r"[\s<>,;\"]+", value) if "@" in word)[:MOST_WORDS]


def _words_of(mails: list[Mail], name: str) -> tuple[str, ...]:
    return tuple(word for each in mails for word in _words(each, name))


def _date(mail: Mail) -> datetime | None:
    try:
        found = parsedate_to_datetime(_field(mail, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _bare_recipients(raw: bytes) -> tuple[str, ...]:
    """Return to whom a mail came that cannot be read further."""
    try:
        return _words(BytesHeaderParser().parsebytes(raw[:MOST_BYTES]), *CAME_TO)
    except Exception:  # noqa: BLE001 - as in `read`
        return ()
