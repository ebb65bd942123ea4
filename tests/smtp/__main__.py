"""The scripted server as a process of its own, so that a test may kill the client, the server, or both."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.smtp.script import read_script
from tests.smtp.server import ScriptedServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.smtp", description=__doc__)
    parser.add_argument("--journal", type=Path, required=True, help="file that gets one JSON line per accepted mail")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--script", type=Path, help="JSON list of steps, see tests/smtp/script.py")
    given = parser.parse_args()
    script = read_script(given.script.read_text()) if given.script else []
    asked_to_stop = threading.Event()
    for asking in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asking, lambda *_: asked_to_stop.set())
    with ScriptedServer(given.journal, script, port=given.port) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        asked_to_stop.wait()


main()
