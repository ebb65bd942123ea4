"""`registrar calls import [FILE…]`: bring in calls with their forms as drafts."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from registrar.calls.importing import import_call
from registrar.calls.ready import ReadyCall, ReadyCallError, read, ready_calls
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal

calls = AppGroup("calls", help="Calls for applications.")


@calls.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_files(files: Sequence[Path]) -> None:
    """Add the calls of FILES (TOML), or those that come with the program, as drafts; what is there stays as it is."""
    moment = now()
    for ready in [_read(file) for file in files] or ready_calls():
        try:
            made = import_call(db, ready, by="command", now=moment)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        done = "added as a draft" if made else "is there already, kept as it is"
        click.echo(f"{'+' if made else '='} call {ready.slug}: {done}")
    db.commit()


def _read(file: Path) -> ReadyCall:
    """Read a file; end the command with every mistake and its place."""
    try:
        return read(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: the text is not UTF-8 (byte {error.start}).") from error
    except ReadyCallError as error:
        listed = "\n".join(f"  {file}, {mistake}" for mistake in error.mistakes)
        raise click.ClickException(f"{file.name} has mistakes, and nothing was imported:\n{listed}") from error
