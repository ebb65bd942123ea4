"""`registrar mail test` tells how one real conversation went; `registrar mail retention` shortens the log."""

import dataclasses
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import LocalMail, OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rendering import Written
from registrar.mail.rules import MailState
from registrar.mail.smtp_url import parse_smtp_url
from registrar.ops import mail_cli
from registrar.ops.findings import Level
from registrar.ops.mail_trial import converse
from tests.smtp import Do, Offers, ScriptedServer, Stage, Step
from tests.smtp.certificates import contexts

LETTER = Written("hello@museums.example", "ama@example.org", "Test", b"Subject: Test\r\n\r\nHello\r\n")
Send = Callable[..., Result]


@pytest.fixture
def send(app: Flask, db: DbSession) -> Iterator[Send]:
    """Run `registrar mail test` with a mail server, or with none."""
    before = app.extensions["registrar.settings"]

    def send(address: str = "ama@example.org", url: str | None = None) -> Result:
        db.commit()
        app.extensions["registrar.settings"] = dataclasses.replace(app.extensions["registrar.settings"], smtp_url=url)
        return app.test_cli_runner().invoke(mail_cli.test, [address])

    yield send
    app.extensions["registrar.settings"] = before


def test_a_mail_that_is_accepted_is_told_step_by_step(send: Send, tmp_path: Path, db: DbSession) -> None:
    with ScriptedServer(tmp_path / "journal.jsonl") as server:
        result = send(url=f"smtp://127.0.0.1:{server.port}")

    told = [line.split(":")[0] for line in result.output.splitlines()]
    assert (result.exit_code, told[0]) == (0, f"ok    Reached 127.0.0.1, port {server.port}")
    assert told[-1] == "ok    Accepted the mail"
    assert len(server.journal.lines()) == 1
    assert db.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("stage", "reply", "told"),
    [
        (Stage.CONNECT, "554 5.7.1 Go away", "does not want to talk to this machine: 554 5.7.1 Go away"),
        (Stage.EHLO, "421 Not now", "does not want to talk to this machine: 421 Not now"),
        (Stage.MAIL, "550 5.7.1 Not as this", "does not take this sender: 550 5.7.1 Not as this"),
        (Stage.RCPT, "550 5.1.1 Nobody", "does not take this recipient: 550 5.1.1 Nobody"),
        (Stage.DATA, "451 Later", "does not take this mail: 451 Later"),
        (Stage.DOT, "554 5.6.0 Spam", "does not take this mail: 554 5.6.0 Spam"),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_server(
    send: Send, tmp_path: Path, stage: Stage, reply: str, told: str
) -> None:
    with ScriptedServer(tmp_path / "journal.jsonl", [Step(stage, Do.REPLY, reply)]) as server:
        result = send(url=f"smtp://127.0.0.1:{server.port}")

    last = result.output.splitlines()[-2:]
    assert (result.exit_code, last[0], last[1].startswith("      → ")) == (1, f"fail  The server {told}", True)


def test_a_test_that_comes_back_is_nobody_elses_mail(send: Send, app: Flask, tmp_path: Path) -> None:
    app.extensions["registrar.settings"] = dataclasses.replace(
        app.extensions["registrar.settings"], bounce_address="bounces@museums.example"
    )
    with ScriptedServer(tmp_path / "journal.jsonl") as server:
        send(url=f"smtp://127.0.0.1:{server.port}")

    assert server.journal.lines()[0]["from"].startswith("bounces+0-")


def test_a_server_that_drops_the_line_is_told(send: Send, tmp_path: Path) -> None:
    with ScriptedServer(tmp_path / "journal.jsonl", [Step(Stage.RCPT, Do.DROP)]) as server:
        result = send(url=f"smtp://127.0.0.1:{server.port}")

    assert (result.exit_code, "does not take this recipient" in result.output) == (1, True)


def test_a_server_that_is_not_there_is_told(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    result = send(url=f"smtp://127.0.0.1:{port}")

    assert (result.exit_code, "The server cannot be reached" in result.output) == (1, True)


@pytest.mark.parametrize(("password", "code"), [("right", 0), ("wrong", 1)])
def test_the_sign_in_is_told_and_never_the_password(send: Send, tmp_path: Path, password: str, code: int) -> None:
    with ScriptedServer(tmp_path / "journal.jsonl", offers=Offers(users={"me": "right"})) as server:
        result = send(url=f"smtp://me:{password}@127.0.0.1:{server.port}")

    assert (result.exit_code, "Signed in as me" in result.output, password in result.output) == (code, not code, False)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_encryption_is_told(tmp_path: Path, scheme: str) -> None:
    at_server, at_client = contexts(tmp_path)
    offers = Offers(tls=at_server) if scheme == "smtp+starttls" else Offers(tls_at_once=at_server)
    with ScriptedServer(tmp_path / "journal.jsonl", offers=offers) as server:
        found = list(converse(parse_smtp_url(f"{scheme}://127.0.0.1:{server.port}"), LETTER, at_client))

    assert [each.level for each in found] == [Level.OK] * 5
    assert found[1].text.startswith("Encrypted (TLSv1.")


def test_a_certificate_that_nobody_vouches_for_is_told(send: Send, tmp_path: Path) -> None:
    at_server, _ = contexts(tmp_path)
    with ScriptedServer(tmp_path / "journal.jsonl", offers=Offers(tls=at_server)) as server:
        result = send(url=f"smtp+starttls://127.0.0.1:{server.port}")

    assert (result.exit_code, "cannot be talked to in secret" in result.output) == (1, True)


def test_a_password_never_leaves_in_the_clear(send: Send) -> None:
    result = send(url="smtp://me:secret@mail.example")

    assert result.exit_code == 1
    assert result.output.startswith("fail  The password would cross the network in the clear.")


def test_without_a_mail_server_the_mail_is_kept_here(send: Send, db: DbSession) -> None:
    result = send()

    kept = db.scalars(select(LocalMail)).one()
    mail = db.scalars(select(OutboxMail)).one()
    assert (result.exit_code, kept.recipient, kept.subject) == (0, "ama@example.org", "Test mail")
    assert (mail.kind, mail.state, mail.finished_at is not None) == ("ops.trial", MailState.SENT, True)


@pytest.mark.parametrize("address", ["nobody", "a b@example.org", "a@b\r\nRCPT TO:<c@d.example>"])
def test_what_is_no_address_is_refused(send: Send, address: str, db: DbSession) -> None:
    result = send(address)

    assert (result.exit_code, db.scalars(select(OutboxMail)).all()) == (1, [])


@pytest.mark.parametrize(
    ("options", "left", "told"), [(["--dry-run"], 1, "1 weekly.link, sent"), ([], 0, "1 mails removed.")]
)
def test_the_log_is_shortened_or_only_looked_at(
    app: Flask, db: DbSession, now: datetime, options: list[str], left: int, told: str
) -> None:
    then = now - timedelta(days=app.extensions["registrar.settings"].mail_log_days + 4)
    enqueue(db, NewMail(key="old", kind="weekly.link"), now=then)
    mail = db.scalars(select(OutboxMail)).one()
    mail.state, mail.finished_at = MailState.SENT, then
    db.commit()

    result = app.test_cli_runner().invoke(mail_cli.shorten, options)

    db.expire_all()
    assert (result.exit_code, told in result.output, len(db.scalars(select(OutboxMail)).all())) == (0, True, left)
