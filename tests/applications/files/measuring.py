"""Checks each file of a folder in a process of its own, which may use two seconds of a processor and one GiB of
addresses, and tells what became of it: `python -m tests.applications.files.measuring FOLDER`.
"""

import json
import os
import resource
import sys
from contextlib import ExitStack
from pathlib import Path

from werkzeug.datastructures import FileStorage

from registrar.applications.files.kinds import RefusedFile
from registrar.applications.files.shelf import Shelf
from registrar.applications.files.storing import Incoming, checked

SECONDS = 2
ADDRESSES = 1024**3
MOST = 10_000_000


def verdict(path: Path, shelf: Shelf) -> str:
    """Take a file in as an upload is, and say `refused`, or under which name it would be stored."""
    with ExitStack() as drafts, path.open("rb") as source:
        incoming = Incoming(drafts.enter_context(shelf.draft()), MOST)
        while piece := source.read(64 * 1024):
            incoming.write(piece)
        try:
            return checked(FileStorage(incoming, path.name), shelf, MOST, drafts).name  # type: ignore[arg-type]
        except RefusedFile:
            return "refused"


def measure(path: Path, shelf: Shelf) -> tuple[str, int]:
    """Return the verdict of a process of its own, and its memory at most, in bytes."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        os.write(writing, verdict(path, shelf).encode())
        os._exit(0)
    os.close(writing)
    _, status, used = os.wait4(process, 0)
    with os.fdopen(reading, "rb") as told:
        return told.read().decode() or f"ended with {status}", used.ru_maxrss * 1024


def main(folder: Path) -> None:
    shelf = Shelf(folder / "shelf")
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    json.dump({path.name: measure(path, shelf) for path in paths}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
