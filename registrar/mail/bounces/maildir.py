"""A Maildir with reports: each is read from `new` and moved to `cur` as seen, by however many workers at once."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from registrar.mail.bounces.parsing import MOST_BYTES

AT_ONCE = 200


class Maildir:
    """One folder; the name of a file in `new` is the name of a report."""

    source = "maildir"

    def __init__(self, folder: Path) -> None:
        self._new, self._cur = folder / "new", folder / "cur"

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Yield what has come in, as far as it is ever read; raise `OSError` where there is no such folder."""
        for name in sorted(os.listdir(self._new))[:AT_ONCE]:
            with suppress(FileNotFoundError, IsADirectoryError), open(self._new / name, "rb") as file:
                yield name, file.read(MOST_BYTES)

    def done(self, name: str) -> None:
        """Mark a report as read; another worker may have done so already."""
        self._cur.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            os.rename(self._new / name, self._cur / f"{name.partition(':')[0]}:2,S")

    def close(self) -> None:
        """Let go of nothing: a folder is not held."""
