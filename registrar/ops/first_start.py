"""What `registrar run` prepares outside production: the catalogue, demo data and someone who can sign in."""

from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from registrar.accounts import operations as accounts
from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.calls.importing import import_ready_calls
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import DbSession, db
from registrar.ops.demo import filling
from registrar.ops.demo.panel import words
from registrar.ops.demo.people import CAMILLE
from registrar.people.models import Person
from registrar.programmes.catalogue import read
from registrar.programmes.importing import import_catalogue
from registrar.programmes.models import Organisation
from registrar.settings import Environment, Settings
from registrar.tokens import Purpose, Tokens
from registrar.web.links import absolute

CATALOGUE = Path(__file__).resolve().parents[2] / "config" / "catalogue" / "we-are-museums.toml"
SIGN_IN_USEFUL = timedelta(hours=12)
PERSONAL_USEFUL = timedelta(days=30)
LABEL_WIDTH = 22


def prepare(settings: Settings, *, demo: bool) -> list[str]:
    """Fill what is empty and return the lines to print; in production do nothing and tell nothing."""
    if settings.environment is Environment.PRODUCTION:
        return []
    moment = now()
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    import_catalogue_if_empty(db, now=moment)
    import_calls_if_empty(db, now=moment)
    if demo and filling.is_empty(db):
        filling.fill(db, tokens, now=moment)
    organiser = _organiser(db, moment)
    person = db.scalar(select(Person).where(Person.email_key == CAMILLE.email)) if demo else None
    reviewer = _demo_reviewer(db) if demo else None
    db.commit()  # before the processes fork: a transaction that is still open would lock everybody out
    lines = [_line("Site", settings.base_url)]
    if organiser:
        lines.append(_line("Sign in as organiser", _sign_in(tokens, organiser, moment)))
    if reviewer:
        lines.append(_line("Sign in as reviewer", _sign_in(tokens, reviewer, moment)))
    if demo and not settings.smtp_url:
        lines.append(_line("Mail goes to", f"{settings.base_url}/outbox"))
    if person:
        lines.append(_line(f"{person.name}’s page", _personal("my.enter", tokens, person, moment)))
        lines.append(_line("Her applications", _personal("applications.enter", tokens, person, moment)))
    return lines


def import_catalogue_if_empty(db: DbSession, *, now: datetime) -> None:
    """Publish the catalogue that comes with the program where none is published yet."""
    if db.scalar(select(Organisation.id).limit(1)) is None:
        import_catalogue(db, read(CATALOGUE.read_text(encoding="utf-8")), by="command", now=now)


def import_calls_if_empty(db: DbSession, *, now: datetime) -> None:
    """Add the calls that come with the program, as drafts, where there is no call yet."""
    if db.scalar(select(Call.id).limit(1)) is None:
        import_ready_calls(db, by="command", now=now)


def _organiser(db: DbSession, moment: datetime) -> Staff | None:
    """Return the first administrator who may sign in; add one where there is no staff at all."""
    if db.scalar(select(Staff.id).limit(1)) is None:
        return filling.organiser(db, now=moment)
    admins = select(Staff).where(Staff.role == Role.ADMIN, Staff.deactivated_at.is_(None))
    return db.scalar(admins.order_by(Staff.id).limit(1))


def _demo_reviewer(db: DbSession) -> Staff | None:
    """Return the first reviewer of the demonstration who may sign in."""
    address = words()["reviewer"]["remi"]["address"]
    return db.scalar(select(Staff).where(Staff.email_key == address, Staff.deactivated_at.is_(None)))


def _sign_in(tokens: Tokens, staff: Staff, moment: datetime) -> str:
    token = accounts.sign_in_token(tokens, staff, expires_at=moment + SIGN_IN_USEFUL)
    return absolute("accounts.enter", token=token)


def _personal(endpoint: str, tokens: Tokens, person: Person, moment: datetime) -> str:
    end = moment + PERSONAL_USEFUL
    token = tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=end)
    return absolute(endpoint, token=token)


def _line(label: str, value: str) -> str:
    return f"  {label:<{LABEL_WIDTH}}{value}"
