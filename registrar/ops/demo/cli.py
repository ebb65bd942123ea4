"""`registrar demo`: fill an empty database with an invented season in its ninth week."""

import click
from flask import current_app
from flask.cli import with_appcontext

from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.ops.demo.filling import fill
from registrar.ops.demo.removal import remove
from registrar.ops.first_start import import_catalogue_if_empty
from registrar.settings import Environment, Settings
from registrar.tokens import Tokens


@click.command()
@click.option("--again", is_flag=True, help="Remove the demonstration that is here and make it anew, around today.")
@with_appcontext
def demo(again: bool) -> None:
    """Fill an empty database with an invented season in its ninth week."""
    settings: Settings = current_app.extensions["registrar.settings"]
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    if settings.environment is Environment.PRODUCTION:
        raise click.ClickException("A demonstration is never mixed into a public installation.")
    moment = now()
    try:
        import_catalogue_if_empty(db, now=moment)
        if again:
            remove(db, tokens)
        counts = fill(db, tokens, now=moment)
    except Refusal as refusal:
        db.rollback()
        raise click.ClickException(str(refusal)) from refusal
    db.commit()
    parts = ("session", "sessions"), ("registration", "people"), ("application", "applications"), ("outbox", "mails")
    click.echo(", ".join(f"{counts[table]} {name}" for table, name in parts) + ".")
