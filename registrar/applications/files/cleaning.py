"""What is no longer needed on the shelf goes: removed uploads after a month, content that nothing names after a day.

Content without a row (a process was killed between the disk and the database) gets one for the moment in which it goes,
so that whoever brings the same content meanwhile waits for it and stores it anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from flask import current_app
from sqlalchemy import delete, select

from registrar.applications.file_models import StoredFile, Upload
from registrar.applications.files.shelf import Shelf, shelf
from registrar.clock import system_clock
from registrar.db import DbSession, insert_missing

EXTENSION = "registrar.applications.files.cleaning"
PAUSE = timedelta(hours=1)
REMOVED_FOR = timedelta(days=30)
"""How long a removed file can be put back."""
UNNAMED_FOR = timedelta(days=1)
CHUNK = 200
NOTHING = "application/x-nothing"
"""Marks the row of content that goes in the same transaction."""


def clean(db: DbSession, now: datetime) -> int:
    """Remove some of what is no longer needed, if this worker has not looked for an hour; return how much went."""
    looked = current_app.extensions.setdefault(EXTENSION, {})
    if now < looked.get("next_at", now):
        return 0
    place, lying_since = shelf(current_app), system_clock() - UNNAMED_FOR  # the disk tells the machine's time
    done = remove_uploads(db, now - REMOVED_FOR) + remove_contents(db, place, now - UNNAMED_FOR)
    done += remove_lost(db, place, lying_since)
    if not done:
        place.sweep(lying_since)
        looked["next_at"] = now + PAUSE
    return done


JOBS = (clean,)


def remove_uploads(db: DbSession, before: datetime) -> int:
    """Forget uploads that were removed before a moment."""
    old = select(Upload.id).where(Upload.removed_at < before).order_by(Upload.id).limit(CHUNK)
    ids = db.scalars(old.with_for_update(skip_locked=True)).all()
    if ids:
        db.execute(delete(Upload).where(Upload.id.in_(ids)))
    return len(ids)


def remove_contents(db: DbSession, place: Shelf, before: datetime) -> int:
    """Remove content that no upload names and that was stored before a moment.

    The row stays locked until its content is gone: who stores the same again waits, finds no row and writes both anew.
    """
    named = select(Upload.id).where(Upload.file_id == StoredFile.id)
    old = select(StoredFile).where(StoredFile.created_at < before, ~named.exists()).limit(CHUNK)
    found = db.scalars(old.with_for_update(skip_locked=True)).all()
    _remove(db, place, found)
    return len(found)


def remove_lost(db: DbSession, place: Shelf, before: datetime) -> int:
    """Remove content that has no row and has lain there since before a moment."""
    lying = (sha256 for sha256, since in place.contents() if since < before)
    done = 0
    while done < CHUNK and (some := list(islice(lying, CHUNK))):
        known = set(db.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(some))))
        lost = [each for each in some if each not in known]
        rows = [{"sha256": each, "size": 1, "media_type": NOTHING, "created_at": before} for each in lost]
        insert_missing(db, StoredFile, rows)
        mine = (StoredFile.sha256.in_(lost), StoredFile.media_type == NOTHING)
        _remove(db, place, db.scalars(select(StoredFile).where(*mine)).all())
        done += len(lost)
    return done


def _remove(db: DbSession, place: Shelf, found: Sequence[StoredFile]) -> None:
    """Remove rows and then their content: a row that was named meanwhile refuses to go (its foreign key)."""
    for file in found:
        db.delete(file)
    db.flush()
    for file in found:
        place.remove(file.sha256)
