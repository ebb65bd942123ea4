"""Signed mails: who checks them finds them whole, and any change shows."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import dkim
import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rendering import write
from registrar.mail.shelf import shelf
from registrar.mail.signing import SIGNED
from registrar.settings import Settings, SettingsError
from tests.mail import letters

Queue = Callable[..., OutboxMail]
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("keys") / "key.pem", "genrsa", "2048")


def made(file: Path, *command: str) -> Path:
    file.write_bytes(subprocess.run(["openssl", *command], check=True, capture_output=True).stdout)
    return file


@pytest.fixture
def sign_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Give the application this key."""

    def give(file: Path) -> None:
        settings: Settings = app.extensions["registrar.settings"]
        signing = replace(settings, dkim_key_file=file, dkim_selector="mail2027")
        monkeypatch.setitem(app.extensions, "registrar.settings", signing)

    return give


@pytest.fixture
def signed(db: DbSession, queue: Queue, now: datetime, key_file: Path, sign_with: Callable[[Path], None]) -> bytes:
    sign_with(key_file)
    context = {"name": "Zoë", "list": "weekly-4", "unsubscribe": "https://registrar.example/unsubscribe/abc"}
    mail = queue(context={**context, "calendar": True})
    return write(letters.letter(db, mail, now), mail, now).data


def is_whole(octets: bytes, key_file: Path) -> bool:
    asked: list[bytes] = []
    public = subprocess.run(["openssl", "rsa", "-in", key_file, "-pubout"], check=True, capture_output=True).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])

    def answer(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    whole: bool = dkim.verify(octets, dnsfunc=answer)
    assert asked in ([b"mail2027._domainkey.wearemuseums.example."], [])
    return whole


def test_a_signed_mail_is_found_whole(signed: bytes, key_file: Path) -> None:
    assert is_whole(signed, key_file)


def test_the_signature_is_above_the_mail_in_short_lines(signed: bytes) -> None:
    head = signed.partition(b"\r\n\r\n")[0]

    assert head.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=wearemuseums.example;")
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert re.findall(rb"(?<!\r)\n", signed) == []


def test_every_field_that_tells_something_is_signed_once_more_than_it_is_there(signed: bytes) -> None:
    found = re.search(rb"\bh=([^;]+);", signed)
    assert found is not None
    named = [each.strip() for each in found[1].split(b":")]
    there = {name for name in SIGNED if re.search(rb"(?im)^" + name + rb":", signed)}

    assert {name: named.count(name) for name in SIGNED} == {name: 1 + (name in there) for name in SIGNED}
    assert set(SIGNED) - there == {b"reply-to"}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"List-Unsubscribe: <https://registrar.example/", b"List-Unsubscribe: <https://evil.example/"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: List-Unsubscribe=No"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"List-Unsubscribe: ", b"List-Unsubscribe: <mailto:a@evil.example>\r\nList-Unsubscribe: "),
        (b"Subject: ", b"Subject: Hello\r\nSubject: "),
        (b"From: ", b"From: evil@example.org\r\nFrom: "),
        (b"Auto-Submitted: ", b"Reply-To: evil@example.org\r\nAuto-Submitted: "),
        (b"color: red", b"color: blu"),
    ],
)
def test_a_change_breaks_the_signature(signed: bytes, key_file: Path, was: bytes, becomes: bytes) -> None:
    changed = signed.replace(was, becomes, 1)

    assert changed != signed
    assert not is_whole(changed, key_file)


def test_white_space_that_servers_change_does_not_break_it(signed: bytes, key_file: Path) -> None:
    assert is_whole(signed.replace(b"Subject: ", b"subject:   ", 1) + b"\r\n\r\n", key_file)


def test_without_a_key_nothing_is_signed(db: DbSession, queue: Queue, now: datetime) -> None:
    mail = queue()

    assert b"DKIM-Signature" not in write(letters.letter(db, mail, now), mail, now).data


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "holds no RSA private key in PEM form"),
        (
            b"-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----\n",
            "holds no RSA private key in PEM form",
        ),
        (["genpkey", "-algorithm", "ed25519"], "holds no RSA private key in PEM form"),
        (["genrsa", "512"], "holds a key of 512 bits, which nobody accepts; make one of 2048"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_worker(
    app: Flask, tmp_path: Path, sign_with: Callable[[Path], None], content: Any, trouble: str
) -> None:
    file = tmp_path / "key.pem"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        made(file, *content)
    sign_with(file)

    stopped = app.test_cli_runner().invoke(args=["worker", "--once"])

    assert stopped.exit_code == 1
    assert stopped.output.splitlines()[-1] == f"- REGISTRAR_DKIM_KEY_FILE: the file {trouble}."
    with pytest.raises(SettingsError):
        _ = shelf().signer
