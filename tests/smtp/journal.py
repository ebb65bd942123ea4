"""The durable record of every mail the server accepted: the evidence that a checker reads."""

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Envelope:
    """One transaction: which one on which connection, when its MAIL came, from whom and to whom."""

    connection: int
    transaction: int
    began_at: datetime
    sender: str
    recipients: Sequence[str]


class Journal:
    """One JSON line per accepted mail; first the data, then the line, both on disk before the server answers.

    `answered` is the reply that followed, or the name of the fault that took its place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent / f"{path.name}.data"
        self.folder.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._lock = threading.Lock()

    def accept(self, envelope: Envelope, data: bytes, answered: str) -> None:
        digest = sha256(data).hexdigest()
        kept = self.folder / f"{time.time_ns()}-{envelope.transaction}-{digest[:16]}.eml"
        _write_durably(kept, data, "wb")
        line = {
            "at": datetime.now(UTC).isoformat(),
            "began_at": envelope.began_at.isoformat(),
            "connection": envelope.connection,
            "transaction": envelope.transaction,
            "from": envelope.sender,
            "to": list(envelope.recipients),
            "message_id": message_from_bytes(data)["Message-ID"],
            "sha256": digest,
            "data": str(kept),
            "answered": answered,
        }
        with self._lock:
            _write_durably(self.path, (json.dumps(line) + "\n").encode(), "ab")

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]


def _write_durably(path: Path, content: bytes, mode: str) -> None:
    with path.open(mode) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
