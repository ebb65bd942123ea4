"""What the scripted server can be told to do beside plain answers."""

import smtplib
import threading
import time
from pathlib import Path

import pytest

from tests.smtp import Do, ScriptedServer, Stage, Step

HELLO = "Message-ID: <m1@example.org>\n\nHello"
AFTER_JOURNAL = {Stage.KEPT, Stage.ANSWERED}


def send(server: ScriptedServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.sendmail("us@example.org", ["ana@example.org"], HELLO)


@pytest.mark.parametrize(
    "stage",
    [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT, Stage.KEPT, Stage.ANSWERED],
)
def test_a_strike_falls_at_its_stage_once(stage: Stage, tmp_path: Path) -> None:
    struck: list[int] = []
    with ScriptedServer(tmp_path / "journal", [Step(stage, Do.STRIKE)]) as server:
        server.play.strike = lambda: struck.append(len(server.journal.lines()))
        send(server)
        kept = len(server.journal.lines())

    assert (struck, kept) == ([1 if stage in AFTER_JOURNAL else 0], 1)


def test_a_strike_may_hold_the_client(tmp_path: Path) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go_on.wait(10)

    with ScriptedServer(tmp_path / "journal", [Step(Stage.RCPT, Do.STRIKE)]) as server:
        server.play.strike = hold
        client = threading.Thread(target=send, args=[server])
        client.start()
        assert held.wait(10)
        before = len(server.journal.lines())
        go_on.set()
        client.join(10)
        after = server.journal.lines()

    assert (before, len(after)) == (0, 1)
    assert after[0]["began_at"] < after[0]["at"]


def test_an_answer_may_come_octet_by_octet(tmp_path: Path) -> None:
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DOT, Do.TRICKLE, seconds=0.3)]) as server:
        began = time.monotonic()
        send(server)
        took = time.monotonic() - began

    assert took >= 0.3
    assert [line["answered"] for line in server.journal.lines()] == ["250"]
