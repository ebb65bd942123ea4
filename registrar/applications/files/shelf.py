"""The shelf on which the content of files stands, below the data folder and outside the web root, named by its hash."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flask import Flask

from registrar.errors import N_, Refusal
from registrar.settings import Settings

FOLDER = "uploads"
INCOMING = "incoming"
HASH_LENGTH = 64
DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


class NoRoom(Refusal):
    """The disk takes nothing more; trying again later may help."""


def no_room() -> NoRoom:
    return NoRoom(N_("The file could not be stored just now. Nothing else is lost: please try again in a few minutes."))


class Shelf:
    """A folder with `ab/cdef…` for each content, and `incoming` for what is on its way in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, sha256: str) -> Path:
        """Return where content with this hash stands."""
        return self._folder / sha256[:2] / sha256[2:]

    def draft(self) -> IO[bytes]:
        """Open a new file on the same disk, readable for its owner only, that goes when it is closed."""
        folder = self._folder / INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=folder, prefix="part-")

    def place(self, draft: IO[bytes], sha256: str) -> None:
        """Put a written file in its place for good; content that stands there already is replaced by the same.

        Call it while the content's row is locked: a row that is being removed takes its content along.
        """
        draft.flush()
        os.fsync(draft.fileno())
        path = self.path_of(sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        link = Path(f"{draft.name}.whole")
        os.link(draft.name, link)
        os.replace(link, path)
        _sync_folder(path.parent)

    def remove(self, sha256: str) -> None:
        """Take content away."""
        self.path_of(sha256).unlink(missing_ok=True)

    def contents(self) -> Iterator[tuple[str, datetime]]:
        """Yield the hash of everything that stands here, and since when."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            sha256 = path.parent.name + path.name
            if len(sha256) == HASH_LENGTH and (since := _changed_at(path)):
                yield sha256, since

    def sweep(self, before: datetime) -> int:
        """Remove what was left on its way in before a moment, by a process that was killed; return how many."""
        old = [each for each in self._folder.glob(f"{INCOMING}/*") if (at := _changed_at(each)) and at < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def shelf(app: Flask) -> Shelf:
    """Return the shelf of an installation."""
    settings: Settings = app.extensions["registrar.settings"]
    return Shelf(settings.data_dir / FOLDER)


def is_disk_fault(error: OSError) -> bool:
    """Tell whether a file could not be written because the disk is full, read-only or failing."""
    return error.errno in DISK_FAULTS


def _changed_at(path: Path) -> datetime | None:
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return None


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
