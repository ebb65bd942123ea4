"""A season in its ninth week, which is being held right now, with any number of registrations, written in bulk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, create_engine, insert, literal, null, select, text, true, update

from registrar import migrations
from registrar.accounts.models import Staff, StaffSession
from registrar.db import DbSession, engine_options, prepare
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.ops.demo.book import Book
from registrar.people.models import Consent, Person
from registrar.people.rules import CONSENT_TEXT_VERSION, ConsentPurpose
from registrar.programmes.models import Programme, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import SpeakerPart
from registrar.tokens import new_secret, secret_hash
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.rules import Scope, SeatState
from tests import factories

WEEKS, LIVE, LIMITED = 25, 9, 14
PLACES = 100
"""In the limited week; everybody else waits in its line."""
UNCONFIRMED = 3000
"""Sign-ups for the confirmations that are measured."""
COUNTRIES = {"FR": "Europe/Paris", "DE": "Europe/Berlin", "US": "America/New_York", "JP": "Asia/Tokyo"}
PARAGRAPH = "What a museum can do with it, what it costs, and who has tried. With **two examples** and time to ask.\n\n"


@dataclass(frozen=True)
class Place:
    """Where the pages of a filled database are, and who may see them."""

    slug: str
    coming: str
    """Address of a session to come."""
    live_id: int
    person_id: int
    registration_ids: list[int]
    sign_up_ids: list[int]
    staff_secret: str


def fill(url: str, registrations: int, now: datetime) -> Place:
    """Migrate an empty database and store a series with that many people in it."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        found = _store(db, registrations, now)
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    engine.dispose()
    return found


def _store(db: DbSession, registrations: int, now: datetime) -> Place:
    factories.organisation(db)
    programme = factories.series(db, slug="weekly")
    sessions = _sessions(db, programme, now)
    book = Book(db)
    registered = [_register(book, programme, number, now) for number in range(registrations)]
    sign_ups = [_sign_up(book, programme, number, now) for number in range(UNCONFIRMED)]
    book.write()
    _take_seats(db, sessions, registered[0][1], now)
    return Place(
        slug=programme.slug,
        coming=sessions[LIVE + 1].slug,
        live_id=sessions[LIVE - 1].id,
        person_id=registered[0][0],
        registration_ids=[registration for _, registration in registered],
        sign_up_ids=sign_ups,
        staff_secret=_sign_in(db, now),
    )


def _sessions(db: DbSession, programme: Programme, now: datetime) -> list[Session]:
    first = now - timedelta(weeks=LIVE - 1, minutes=10)
    sessions = [_session(db, programme, week, first + timedelta(weeks=week - 1)) for week in range(1, WEEKS + 1)]
    for number, session in enumerate(sessions):
        for position, part in enumerate((SpeakerPart.SPEAKER, SpeakerPart.MODERATOR)):
            who = Speaker(name=f"Speaker {number}-{position}", affiliation=f"Museum {number}", country="FR")
            speaker = factories.stored(db, who)
            db.add(SessionSpeaker(session_id=session.id, speaker_id=speaker.id, part=part, position=position))
    db.flush()
    return sessions


def _session(db: DbSession, programme: Programme, week: int, starts_at: datetime) -> Session:
    values = {"slug": f"week-{week}", "description_en": PARAGRAPH * 3, "description_fr": PARAGRAPH * 3}
    lasts = timedelta(hours=2 if week == LIVE else 1)
    done = {"summary_en": PARAGRAPH * 5, "published_at": starts_at, "recording_url": "https://video.example.org/1"}
    capacity = {LIMITED: PLACES}.get(week)
    more = done if week < LIVE else {}
    return factories.session(
        db, programme, starts_at=starts_at, ends_at=starts_at + lasts, capacity=capacity, **values, **more
    )


def _register(book: Book, programme: Programme, number: int, now: datetime) -> tuple[int, int]:
    """Note a person with consent, registration and the mail that confirmed it."""
    at = now - timedelta(days=30, seconds=number)
    person: int = book.add(Person, **_typed("person", number), created_at=at, confirmed_at=at)["id"]
    given = {"text_version": CONSENT_TEXT_VERSION, "locale": "en", "given_at": at, "proven_at": at}
    book.add(Consent, person_id=person, purpose=ConsentPurpose.WEEKLY_MAIL, **given)
    of = {"programme_id": programme.id, "person_id": person}
    row = book.add(Registration, **of, reference=f"B{number:06}", scope=Scope.SEASON, confirmed_at=at)
    moments = dict.fromkeys(("created_at", "due_at", "next_at", "finished_at"), at)
    mail = {"key": f"confirmed:{number}", "kind": "weekly.confirmed", "lane": 0, "state": MailState.SENT, "context": {}}
    message = {"message_id": f"<{number}@example.org>", "expires_at": at + timedelta(days=2)}
    book.add(OutboxMail, **mail, **message, **moments, person_id=person, registration_id=row["id"])
    book.audit(f"person:{person}", "registration.confirm", Registration, row["id"], at, scope=Scope.SEASON)
    return person, row["id"]


def _sign_up(book: Book, programme: Programme, number: int, now: datetime) -> int:
    at = now - timedelta(hours=1)
    row = book.add(SignUp, programme_id=programme.id, scope=Scope.SEASON, session_ids=[], **_typed("newcomer", number))
    row |= {"consent_version": CONSENT_TEXT_VERSION, "created_at": at, "updated_at": at}
    row |= {"mail_number": 1, "mailed_at": at}
    found: int = row["id"]
    return found


def _typed(who: str, number: int) -> dict[str, str]:
    country = list(COUNTRIES)[number % len(COUNTRIES)]
    email = f"{who}{number}@example.org"
    known = {"email": email, "email_key": email, "name": f"{who.title()} {number}", "institution": f"Museum {number}"}
    return {**known, "country": country, "timezone": COUNTRIES[country], "locale": "fr" if number % 3 else "en"}


def _take_seats(db: DbSession, sessions: list[Session], first: int, now: datetime) -> None:
    """Give everybody a seat in every week; in the limited one to the first only, and a place in line to the others."""
    limited = next(each.id for each in sessions if each.capacity)
    kind = Seat.state.type
    waits = (Session.id == limited) & (Registration.id >= first + PLACES)
    state = case((waits, literal(SeatState.WAITING, kind)), else_=literal(SeatState.CONFIRMED, kind))
    queue = case((waits, Registration.id - first - PLACES + 1), else_=null())
    rows = select(Registration.id, Session.id, state, literal(now, Seat.state_at.type), queue, literal(0))
    columns = ["registration_id", "session_id", "state", "state_at", "queue_number", "changes"]
    db.execute(insert(Seat).from_select(columns, rows.join_from(Registration, Session, true())))


def _sign_in(db: DbSession, now: datetime) -> str:
    """Sign an organiser in and return the secret of their cookie."""
    secret, staff = new_secret(), factories.staff(db)
    times = {"created_at": now, "expires_at": now + timedelta(hours=12)}
    factories.stored(db, StaffSession(staff_id=staff.id, token_hash=secret_hash(secret), **times))
    db.execute(update(Staff).where(Staff.id == staff.id).values(link_number=1))
    return secret
