"""`registrar catalogue import FILE`: publish what the catalogue file says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from registrar.clock import now
from registrar.db import DbSession, db
from registrar.programmes.catalogue import Catalogue, CatalogueError, read
from registrar.programmes.importing import Change, ChangeKind, import_catalogue
from registrar.programmes.models import Programme
from registrar.programmes.queries import all_series

AfterSeries = Callable[[DbSession, Programme], object]
"""What a feature above must do for each weekly series that the file names, for example give it its reminders."""
LONGEST_VALUE = 200
MARKS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.GONE: "!"}


def catalogue_commands(*after_series: AfterSeries) -> AppGroup:
    """Return the group of commands; every series gets what the features above have for it."""
    group = AppGroup("catalogue", help="The catalogue of seasons, programmes and past events.")

    @group.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    def import_file(file: Path, dry_run: bool) -> None:
        """Bring seasons, programmes and past events up to FILE (TOML); all of it or nothing."""
        changes = import_catalogue(db, _read(file), by="command", now=now())
        for series in all_series(db):
            for prepare in after_series:
                prepare(db, series)
        if dry_run:
            db.rollback()
        else:
            db.commit()
        _tell(changes, "would be made; nothing was changed" if dry_run else "made")

    return group


def _read(file: Path) -> Catalogue:
    """Read the file; end the command with every mistake and its place."""
    try:
        return read(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: the text is not UTF-8 (byte {error.start}).") from error
    except CatalogueError as error:
        listed = "\n".join(f"  {file}, {mistake}" for mistake in error.mistakes)
        raise click.ClickException(f"{file.name} has mistakes, and nothing was imported:\n{listed}") from error


def _tell(changes: list[Change], done: str) -> None:
    for change in changes:
        click.echo(line(change))
    count = sum(change.kind is not ChangeKind.GONE for change in changes)
    click.echo(f"{count} {'change' if count == 1 else 'changes'} {done}." if count else "Nothing to change.")


def line(change: Change) -> str:
    """Write a difference on one line."""
    start = f"{MARKS[change.kind]} {change.subject}"
    if change.kind is ChangeKind.CHANGED:
        return f"{start}, {change.field}: {_shown(change.old)} → {_shown(change.new)}"
    return f"{start}: no longer in the file, kept as it is" if change.kind is ChangeKind.GONE else start


def _shown(value: Any) -> str:
    """Write a value shortly, without anything a terminal would act on."""
    text = "nothing" if value in (None, [], {}, "") else str(value)
    plain = "".join(mark if mark.isprintable() else " " for mark in text)
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[:LONGEST_VALUE]}…"
