"""The doctor's look at calls and applications."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app

from registrar.applications.files.shelf import shelf
from registrar.db import DbSession
from registrar.ops import application_invariants as invariants
from registrar.ops.findings import FAULT, Finding, expect, fail, ok
from registrar.settings import Settings

LOST = "Restore the folder `uploads` of the data folder from a backup."


def applications(db: DbSession, _settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Check what must be true of stored applications."""
    one, several = "No institution has two open applications", "{n} institutions have two open applications to a call."
    yield expect(invariants.doubled(db), one, several, FAULT)
    possible, not_so = "Every application is in a possible state", "{n} applications contradict themselves."
    yield expect(invariants.impossible(db), possible, not_so, FAULT)
    whole, parts = "What was submitted is complete", "{n} submitted applications are not complete."
    yield expect(invariants.incomplete(db), whole, parts, FAULT)
    safe, unsafe = "Every answer has a version", "{n} answers have no version."
    yield expect(invariants.unversioned(db), safe, unsafe, FAULT)
    placed, misplaced = "Every file answers its question", "{n} answers hold files that are not theirs."
    yield expect(invariants.misplaced_uploads(db), placed, misplaced, FAULT)
    kept, lost = "The content of files is on the shelf", "{n} files have lost their content."
    yield expect(invariants.missing_contents(db, shelf(current_app)), kept, lost, LOST)
    yield (
        ok("Published forms cannot be altered")
        if invariants.forms_are_immutable(db)
        else fail("Published forms can be altered.", "Their trigger is gone: restore it from migration 0014.")
    )
