"""Make the demonstration: the whole season around `now`, the same for the same day."""

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import func, select

from registrar.accounts import operations as accounts
from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.models import Application
from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import Refusal
from registrar.mail.models import OutboxMail
from registrar.ops.demo import calls, letters, people, seats, workshop
from registrar.ops.demo import season as seasons
from registrar.ops.demo.applying import Applying
from registrar.ops.demo.book import FILLED, Book
from registrar.ops.demo.ledger import Ledger
from registrar.ops.demo.mailings import Mailings
from registrar.ops.demo.panel import words
from registrar.ops.demo.people import Member
from registrar.ops.demo.reminders import Past
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.operations import ensure_default_rules
from registrar.reminders.rules import Anchor, Audience
from registrar.tokens import Tokens
from registrar.weekly.models import Registration, Seat, SignUp

SERIES = "wac-weekly"


def is_empty(db: DbSession) -> bool:
    """Tell whether nobody has signed up and nothing is planned, so that a demonstration disturbs nothing."""
    return not any(
        db.scalar(select(func.count(model.id))) for model in (Registration, Person, SignUp, Session, Application)
    )


def fill(db: DbSession, tokens: Tokens, *, now: datetime) -> dict[str, int]:
    """Add the demonstration to an empty database and return how much there is of what; refuse if it is not empty."""
    if not is_empty(db):
        raise Refusal(
            "There are people or sessions here already. `registrar demo --again` makes the demonstration anew."
        )
    programme = db.scalar(select(Programme).where(Programme.slug == SERIES))
    if programme is None:
        raise Refusal("The catalogue comes first: `registrar catalogue import config/catalogue/we-are-museums.toml`.")
    ensure_default_rules(db, programme)
    _remind_the_waiting(db, programme)
    olivia = organiser(db, now=now)
    critics = [_staff(db, each["address"], each["name"], Role.REVIEWER, now) for each in words()["reviewer"].values()]
    found = seasons.times(programme, now)
    museums, _ = calls.ready(db, found)
    book = Book(db)
    members = _tell(db, book, programme, tokens, found)
    Applying(db, book, Ledger(book), found, museums, [olivia, *critics]).tell(members)
    counted = (Session, Person, Registration, Seat, OutboxMail, Application)
    counts = {model.__tablename__: book.count(model) for model in counted}
    book.write()
    audit.record(db, "command", FILLED, programme, now=now, highest=book.highest(), **counts)
    db.flush()
    return counts


def organiser(db: DbSession, *, now: datetime) -> Staff:
    """Return the administrator of a development installation; add them if they are not there."""
    return _staff(db, "organiser@example.org", "Olivia Organiser", Role.ADMIN, now)


def _remind_the_waiting(db: DbSession, programme: Programme) -> None:
    """Add a rule by the clock on the wall, for the waiting list of the weeks to come."""
    rule = {"anchor": Anchor.START, "lead": timedelta(days=2), "at_local": time(17), "audience": Audience.WAITING}
    insert_missing(db, ReminderRule, [{"programme_id": programme.id, **rule}])


def _staff(db: DbSession, address: str, name: str, role: Role, now: datetime) -> Staff:
    found = db.scalar(select(Staff).where(Staff.email_key == address))
    if found is not None:
        return found
    who = {"email": address, "email_key": address, "name": name, "timezone": "Europe/Paris", "locale": "en"}
    return accounts.invite(db, **who, role=role, by="command", now=now)


def _tell(db: DbSession, book: Book, programme: Programme, tokens: Tokens, found: seasons.Times) -> list[Member]:
    """Note the season from its planning to this day; return its people."""
    rng = Random(found.seed)  # noqa: S311 - it must be predictable
    weeks = seasons.weeks(book, programme, found, rng)
    members = people.members(book, programme, weeks, found, rng)
    asked = people.asked(book, programme, found, rng, {each.profile.email for each in members})
    made = seats.places(book, members, weeks, found, rng)
    workshop.queue_up(book, seats.of_session(made, weeks[seasons.WORKSHOP - 1]), found, rng)
    seats.limit(weeks, made)
    seats.attend(book, made, weeks, rng)
    ledger = Ledger(book)
    told = (ReminderRule.programme_id == programme.id, ReminderRule.audience != Audience.WAITING)
    rules = db.scalars(select(ReminderRule).where(*told).order_by(ReminderRule.id))
    Past(book, ledger, members, found).tell(weeks, made, rules.all())
    Mailings(book, ledger, programme, members, found).tell()
    letters.confirmations(ledger, members, found)
    letters.unconfirmed(book, ledger, asked, tokens)
    letters.farewells(ledger, members)
    letters.seat_letters(ledger, made)
    cancelled = weeks[seasons.CANCELLED - 1]
    letters.cancellation(ledger, cancelled, seats.of_session(made, cancelled))
    return members
