"""The scripted server itself, as a process."""

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from registrar.mail.rules import OutcomeKind
from registrar.mail.smtp_url import SmtpServer
from registrar.mail.transport import SmtpTransport
from tests.mail.delivering import send


def test_the_scripted_server_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"stage": "rcpt", "do": "reply", "text": "451 4.7.1 Greylisted", "times": 1}]))
    command = [sys.executable, "-m", "tests.smtp", "--journal", str(tmp_path / "journal"), "--script", str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with closing(SmtpTransport(SmtpServer("127.0.0.1", port))) as transport:
            kinds = [send(transport).kind, send(transport).kind]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    assert kinds == [OutcomeKind.GREYLISTED, OutcomeKind.ACCEPTED]
    (line,) = [json.loads(line) for line in (tmp_path / "journal").read_text().splitlines()]
    assert (line["to"], line["message_id"], line["answered"]) == (["ana@example.org"], "<m1@example.org>", "250")
