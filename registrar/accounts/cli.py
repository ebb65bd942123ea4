"""`registrar staff`: invite, list, change roles, close accounts and print sign-in links."""

from datetime import timedelta

import click
from email_validator import EmailNotValidError
from flask import current_app
from flask.cli import with_appcontext

from registrar.accounts import operations, queries
from registrar.accounts.models import Staff
from registrar.accounts.rules import INVITATION, SIGN_IN_LINK, Role
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.settings import Settings
from registrar.tokens import Tokens
from registrar.web.forms import address_key, check_address
from registrar.web.links import absolute

ROLES = click.Choice([role.value for role in Role])
BY = "command"


@click.group()
def staff() -> None:
    """Manage the team that uses the console."""


def _key(email: str) -> tuple[str, str]:
    """Return the address as it is written and as it is compared."""
    try:
        valid = check_address(email)
    except EmailNotValidError as error:
        raise click.ClickException(f"{email!r} is not an e-mail address: {error}") from error
    return valid.normalized, address_key(valid)


def _find(email: str) -> Staff:
    member = queries.by_key(db, _key(email)[1])
    if member is None:
        raise click.ClickException("Nobody of the team has this address. `registrar staff list` shows everyone.")
    return member


def _link(member: Staff, useful: timedelta) -> str:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    token = operations.sign_in_token(tokens, member, expires_at=now() + useful)
    return absolute("accounts.enter", token=token)


@staff.command()
@click.argument("email")
@click.option("--name", default="", help="Their name; the part before the @ if not given.")
@click.option("--role", type=ROLES, default=Role.ORGANISER.value, show_default=True)
@click.option("--locale", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--print-link", is_flag=True, help="Print the single-use link, also mailed, on the terminal.")
@with_appcontext
def invite(email: str, name: str, role: str, locale: str, print_link: bool) -> None:
    """Add a member and mail the link that lets them sign in."""
    settings: Settings = current_app.extensions["registrar.settings"]
    address, key = _key(email)
    person = {"email": address, "email_key": key, "name": name.strip() or address.partition("@")[0], "locale": locale}
    try:
        member = operations.invite(db, **person, role=Role(role), timezone=settings.default_timezone, by=BY, now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    operations.send_invitation(db, member, now=now())
    db.commit()
    click.echo(f"{member.name} is invited as {role}.")
    if print_link:
        click.echo(_link(member, INVITATION))


@staff.command("list")
@with_appcontext
def list_() -> None:
    """Print everyone of the team."""
    for member in queries.team(db, now()):
        signed_in = f"{member.last_sign_in_at:%Y-%m-%d %H:%M} UTC" if member.last_sign_in_at else "never signed in"
        closed = "  (closed)" if member.staff.deactivated_at else ""
        click.echo(f"{member.staff.role:<10}  {member.staff.email}  {member.staff.name}  {signed_in}{closed}")


@staff.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@with_appcontext
def role(email: str, role: str) -> None:
    """Give a member another role; they must sign in again."""
    member = _find(email)
    try:
        operations.change_role(db, member, Role(role), by=BY, now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    db.commit()
    click.echo(f"{member.name} is now {role}.")


@staff.command()
@click.argument("email")
@with_appcontext
def deactivate(email: str) -> None:
    """Close an account at once."""
    member = _find(email)
    try:
        operations.deactivate(db, member, by=BY, now=now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    db.commit()
    click.echo(f"{member.name} can no longer sign in.")


@staff.command()
@click.argument("email")
@with_appcontext
def reactivate(email: str) -> None:
    """Open a closed account again."""
    member = _find(email)
    operations.reactivate(db, member, by=BY, now=now())
    db.commit()
    click.echo(f"{member.name} can sign in again.")


@staff.command()
@click.argument("email")
@with_appcontext
def link(email: str) -> None:
    """Print a sign-in link that works once, for 30 minutes."""
    member = _find(email)
    if member.deactivated_at:
        raise click.ClickException("This account is closed. `registrar staff reactivate` opens it.")
    click.echo(_link(member, SIGN_IN_LINK))
