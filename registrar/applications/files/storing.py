"""Files on their way in: written to disk as they come, never more than is allowed, then checked and weighed."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

from registrar.applications.files import names, pictures
from registrar.applications.files.kinds import PICTURES, RefusedFile
from registrar.applications.files.recognising import recognise
from registrar.applications.files.shelf import Shelf, is_disk_fault, no_room
from registrar.applications.files.uploads import Content
from registrar.errors import N_

MEGABYTE = 1_000_000
MOST_PARTS = 500
MOST_TEXT = 500_000
"""Bytes of a text field that is sent along."""
ROOM_FOR_TEXT = 2 * MEGABYTE

Sent = tuple[MultiDict[str, str], MultiDict[str, FileStorage]]


class Incoming:
    """A draft on the shelf's disk that takes so many bytes and lets the rest pass by, so that the form is read on."""

    def __init__(self, draft: IO[bytes], most: int) -> None:
        self.draft = draft
        self._most = most
        self._size = 0

    @property
    def is_too_large(self) -> bool:
        return self._size > self._most

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if not self.is_too_large:
            self.draft.write(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        """Be a file for everything else."""
        return getattr(self.draft, name)


@contextmanager
def received(request: Request, shelf: Shelf, most: int, most_in_all: int) -> Iterator[Sent]:
    """Read a form with files; their drafts go at the end. `most` bytes a file, `most_in_all` with everything else.

    Raise `RequestEntityTooLarge` before reading what is too much in all, and `NoRoom` when the disk is full.
    """
    with ExitStack() as drafts, _told():

        def draft(**_told_by_browser: object) -> Any:
            return Incoming(drafts.enter_context(shelf.draft()), most)

        request.max_content_length = most_in_all + ROOM_FOR_TEXT
        parser = FormDataParser(draft, max_form_memory_size=MOST_TEXT, max_form_parts=MOST_PARTS)  # type: ignore[arg-type]  # it takes what it does not need
        _, form, files = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
        yield form, files


def checked(file: FileStorage, shelf: Shelf, most: int, drafts: ExitStack) -> Content:
    """Return a file that may be stored: of an accepted kind, harmless, with a harmless name; else `RefusedFile`."""
    incoming: Incoming = file.stream  # type: ignore[assignment]  # made by `received`
    if incoming.is_too_large:
        raise RefusedFile(N_("This file is larger than %(size)s MB."), size=most // MEGABYTE)
    with _told():
        draft = incoming.draft
        draft.flush()
        kind = recognise(draft)
        if kind in PICTURES:
            source, draft = draft, drafts.enter_context(shelf.draft())
            pictures.clean(source, draft, kind)
        draft.flush()
        size = draft.seek(0, 2)
        draft.seek(0)
        sha256 = hashlib.file_digest(draft, "sha256").hexdigest()  # type: ignore[arg-type]  # any file with readinto
    return Content(draft, kind, sha256, size, names.harmless(file.filename or "", kind))


@contextmanager
def _told() -> Iterator[None]:
    """Say `NoRoom` where the disk is full."""
    try:
        yield
    except RequestEntityTooLarge:
        raise
    except OSError as error:
        if is_disk_fault(error):
            raise no_room() from error
        raise


def sort(
    sent: Iterable[FileStorage], shelf: Shelf, most: int, drafts: ExitStack
) -> tuple[list[Content], list[RefusedFile]]:
    """Check several files; return those that may be stored and, for the others, why not."""
    contents, refused = [], []
    for file in sent:
        try:
            contents.append(checked(file, shelf, most, drafts))
        except RefusedFile as refusal:
            refused.append(refusal.about(file.filename or ""))
    return contents, refused
