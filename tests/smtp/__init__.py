"""A real SMTP server for tests: it follows a script, and keeps a durable journal of every mail it accepted.

In a test: `with ScriptedServer(folder / "journal.jsonl", [Step(Stage.RCPT, Do.REPLY, "550 5.1.1 No")]) as server: …`.
As a process: `python -m tests.smtp --journal FILE [--port 0] [--script FILE]` prints its port and runs until SIGTERM.
"""

from tests.smtp.journal import Journal
from tests.smtp.script import Do, Offers, Stage, Step, read_script
from tests.smtp.server import ScriptedServer

__all__ = ["Do", "Journal", "Offers", "ScriptedServer", "Stage", "Step", "read_script"]
