"""`registrar doctor`: is everything well, and if not, what to do."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from registrar.clock import now
from registrar.db import db, read_only
from registrar.ops.doctor import examine
from registrar.ops.findings import Level
from registrar.settings import Settings


@click.command()
@with_appcontext
def doctor() -> None:
    """Examine this installation; exit with 1 if something must be mended."""
    settings: Settings = current_app.extensions["registrar.settings"]
    read_only(db)
    levels: list[Level] = []
    for finding in examine(db, settings, now()):
        levels.append(finding.level)
        click.echo(str(finding))
    failures, warnings = levels.count(Level.FAIL), levels.count(Level.WARN)
    click.echo(f"\n{len(levels)} checks, {failures} failures, {warnings} warnings.")
    sys.exit(1 if failures else 0)
