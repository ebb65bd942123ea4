"""Reports are stored before they are marked as read, whatever breaks in between."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.bounces import worker
from registrar.mail.bounces.imap import FAULTS, ImapMailbox
from registrar.mail.bounces.maildir import Maildir
from registrar.mail.bounces.worker import collect, collecting, look
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import ReportVerdict
from registrar.mail.suppression import is_suppressed
from registrar.settings import Settings
from tests.mail.bounces import corpus
from tests.mail.bounces.corpus import ANA, message
from tests.mail.bounces.imap_server import serving

pytestmark = pytest.mark.usefixtures("context")
Sent = Callable[..., OutboxMail]
Proven = Callable[[OutboxMail], str]
Set = Callable[..., None]


@pytest.fixture
def place(app: Flask) -> Iterator[Set]:
    """Set the places where reports come in."""
    before: Settings = app.extensions["registrar.settings"]

    def change(**given: object) -> None:
        app.extensions["registrar.settings"] = replace(before, **given)  # type: ignore[arg-type]  # settings by name

    yield change
    app.extensions["registrar.settings"] = before


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path


def put(maildir: Path, **mails: bytes) -> None:
    for name, raw in mails.items():
        (maildir / "new" / name).write_bytes(raw)


def verdicts(db: DbSession) -> list[ReportVerdict]:
    db.rollback()
    return list(db.scalars(select(BounceReport.verdict).order_by(BounceReport.id)))


def test_a_maildir_and_a_mailbox_are_read_once(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, maildir: Path
) -> None:
    hard = message(corpus.POSTFIX, to=proven(sent()))
    put(maildir, a=hard, b=message(corpus.VACATION))
    db.commit()

    with serving([hard, message(corpus.HUMAN)]) as server:
        taken = [collect(Maildir(maildir), now), collect(ImapMailbox(server.url()), now)]
        again = [collect(Maildir(maildir), now), collect(ImapMailbox(server.url()), now)]

        assert (taken, again, server.seen) == ([2, 1], [0, 0], {11, 12})
    assert verdicts(db) == [ReportVerdict.HARD, ReportVerdict.AUTO_REPLY, ReportVerdict.UNKNOWN]
    assert is_suppressed(db, ANA)


def test_a_report_that_was_stored_and_not_marked_counts_once(db: DbSession, now: datetime, maildir: Path) -> None:
    put(maildir, a=message(corpus.HUMAN))
    with serving([message(corpus.HUMAN)], refuses="UID STORE") as server, pytest.raises(FAULTS):
        collect(ImapMailbox(server.url()), now)

    assert collect(Maildir(maildir), now) == 0
    assert verdicts(db) == [ReportVerdict.UNKNOWN]


def test_one_report_that_breaks_keeps_no_other(
    db: DbSession, now: datetime, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(maildir, a=b"broken", b=message(corpus.HUMAN))
    take_one = worker.take_one

    def fails_at_the_first(raw: bytes, *given: object) -> bool:
        if raw == b"broken":
            raise ValueError("a fault of the program")
        return take_one(raw, *given)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(worker, "take_one", fails_at_the_first)

    assert collect(Maildir(maildir), now) == 1
    assert [path.name for path in (maildir / "new").iterdir()] == ["a"]


def test_a_place_that_cannot_be_read_keeps_no_other(db: DbSession, maildir: Path, place: Set) -> None:
    with serving([message(corpus.HUMAN)]) as server:
        place(bounce_maildir=maildir / "nowhere", bounce_imap_url=server.url())
        look()

    assert verdicts(db) == [ReportVerdict.UNKNOWN]


def test_the_worker_looks_in_a_thread_of_its_own(db: DbSession, maildir: Path, place: Set) -> None:
    put(maildir, a=message(corpus.HUMAN))
    place(bounce_maildir=maildir)

    with collecting():
        pass

    assert verdicts(db) == [ReportVerdict.UNKNOWN]
