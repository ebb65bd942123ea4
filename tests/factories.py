"""Builders of stored things for tests, each with plausible defaults that a test may override by name."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.models import Answer, Application, Invitation, Member
from registrar.applications.rules import Lifecycle, OfferState, TeamRole, Verdict
from registrar.calls.definition import Condition, Definition, Question, Section, Words, to_json
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.calls.rules import CallState, Operator, QuestionType
from registrar.db import Base, DbSession
from registrar.people.models import Institution, Person
from registrar.programmes.models import Organisation, Programme, Season, Session
from registrar.programmes.rules import Access, ProgrammeKind, SeasonStatus
from registrar.reviews.decision_models import Decision
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.rules import AttendanceSource, Scope, SeatState

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
_numbers = count(1)
Model = TypeVar("Model", bound=Base)


def stored(db: DbSession, row: Model) -> Model:
    """Store a row and return it with its id."""
    db.add(row)
    db.flush()
    return row


def organisation(db: DbSession, **given: Any) -> Organisation:
    values = {"name": "We Are Museums", "default_timezone": "Europe/Paris", "locales": ["en", "fr"]}
    return stored(db, Organisation(**{**values, **given}))


def season(db: DbSession, **given: Any) -> Season:
    values: dict[str, Any] = {"slug": f"season-{next(_numbers)}", "position": 0, "title": "WAC Lab"}
    values |= {"status": SeasonStatus.ONGOING, "programme_lines": [], "figures": {}, "resources": []}
    return stored(db, Season(**{**values, **given}))


def cohort(db: DbSession, **given: Any) -> Programme:
    """A programme by application, for twenty institutions."""
    slug = given.get("slug", f"cohort-{next(_numbers)}")
    values: dict[str, Any] = {"slug": slug, "line": slug, "position": 1, "title": "WAC Museums", "methods": []}
    values |= {"kind": ProgrammeKind.COHORT, "access": Access.APPLICATION, "weeks": 6, "after_each_session": []}
    values |= {"places": 20, "applicant": "institution", "timezone": "Europe/Paris", "online": True}
    if "season_id" not in given:
        values["season_id"] = season(db).id
    return stored(db, Programme(**{**values, **given}))


def institution(db: DbSession, **given: Any) -> Institution:
    values: dict[str, Any] = {"name": f"Museum {next(_numbers)}", "country": "FR", "created_at": NOW}
    return stored(db, Institution(**{**values, **given}))


FORM = Definition(
    (
        Section(
            "you",
            Words("Your institution", "Votre institution"),
            questions=(
                Question("why", QuestionType.LONG_TEXT, Words("Why?", "Pourquoi ?"), words=100),
                Question("new", QuestionType.YES_NO, Words("Is it new to you?", "Est-ce nouveau pour vous ?")),
                Question(
                    "past",
                    QuestionType.SHORT_TEXT,
                    Words("What have you done?", "Qu’avez-vous fait ?"),
                    conditions=(Condition("new", Operator.IS, "no"),),
                ),
            ),
        ),
        Section(
            "team",
            Words("Your team", "Votre équipe"),
            questions=(
                Question("people", QuestionType.TEAM, Words("Who takes part?", "Qui participe ?"), least=1, most=5),
                Question("plan", QuestionType.FILE, Words("A plan", "Un plan"), required=False, most=2),
            ),
        ),
    )
)
"""A small form with a condition and a file."""


def form_version(db: DbSession, definition: Definition = FORM, **given: Any) -> FormVersion:
    """A form with one published version."""
    content = to_json(definition)
    if "form_id" not in given:
        names = {"name": f"Form {next(_numbers)}", "updated_by": "staff:1"}
        form = stored(db, ApplicationForm(**names, draft=content, created_at=NOW, updated_at=NOW))
        given["form_id"] = form.id
    values: dict[str, Any] = {"number": 1, "content": content, "published_at": NOW, "published_by": "staff:1"}
    return stored(db, FormVersion(**{**values, **given}))


def call(db: DbSession, **given: Any) -> Call:
    """A published call, open from two days before the start of the tests until ten days after it."""
    number = next(_numbers)
    version = form_version(db) if "form_version_id" not in given else db.get_one(FormVersion, given["form_version_id"])
    values: dict[str, Any] = {"slug": f"call-{number}", "state": CallState.PUBLISHED, "title_en": f"Call {number}"}
    values |= {"title_fr": f"Appel {number}", "timezone": "Europe/Paris", "grace": timedelta(minutes=15)}
    values |= {"opens_at": NOW - timedelta(days=2), "closes_at": NOW + timedelta(days=10), "eligibility": []}
    values |= {"form_id": version.form_id, "form_version_id": version.id, "places": 20}
    values |= {"created_at": NOW, "updated_at": NOW, "published_at": NOW - timedelta(days=2)}
    if "programme_id" not in given:
        values["programme_id"] = cohort(db).id
    return stored(db, Call(**{**values, **given}))


def application(db: DbSession, call: Call, **given: Any) -> Application:
    """A draft application; give `lead` (a person) to have a team."""
    lead = given.pop("lead", None)
    if "institution_id" not in given:
        given["institution_id"] = institution(db).id
    values = {"call_id": call.id, "reference": f"WAC-{next(_numbers):05}", "created_at": NOW}
    found = stored(db, Application(**{**values, **given}))
    if lead is not None:
        member(db, found, lead, role=TeamRole.LEAD)
    return found


ANSWERS: dict[str, Any] = {"why": "Because.", "new": True, "people": [{"name": "Ada", "role": "", "email": ""}]}
"""A complete set of answers to `FORM`."""


def submitted(db: DbSession, call: Call, **given: Any) -> Application:
    """An application that was submitted with complete answers to `FORM`."""
    values = {"state": Lifecycle.SUBMITTED, "submitted_at": NOW, "form_version_id": call.form_version_id}
    counted = given.pop("counted", ANSWERS)
    found = application(db, call, **{**values, "counted": counted, "counted_at": NOW, **given})
    for question, value in counted.items():
        answer(db, found, question, value)
    return found


def answer(db: DbSession, application: Application, question: str, value: Any, **given: Any) -> Answer:
    version = application.form_version_id or application.call.form_version_id
    values = {"application_id": application.id, "question": question, "value": value, "form_version_id": version}
    return stored(db, Answer(**{**values, "saved_at": NOW, **given}))


def decision(db: DbSession, application: Application, verdict: Verdict | None, **given: Any) -> Decision:
    values: dict[str, Any] = {"application_id": application.id, "call_id": application.call_id, "verdict": verdict}
    return stored(db, Decision(**{**values, "decided_at": NOW, "decided_by": "staff:1", **given}))


def released(db: DbSession, call: Call, verdict: Verdict, **given: Any) -> Application:
    """A submitted application whose verdict was released; what else is given stands on it (`offer`, …)."""
    found = submitted(db, call, **{name: given.pop(name) for name in ("lead", "institution_id") if name in given})
    decision(db, found, verdict)
    found.released_verdict, found.released_at = verdict, NOW
    for name, value in given.items():
        setattr(found, name, value)
    db.flush()
    return found


def offered(db: DbSession, call: Call, **given: Any) -> Application:
    """An accepted application with an open offer."""
    offer = {"offer": OfferState.OPEN, "offer_until": NOW + timedelta(days=7)}
    return released(db, call, Verdict.ACCEPT, **{**offer, **given})


def waitlisted(db: DbSession, call: Call, position: int, **given: Any) -> Application:
    return released(db, call, Verdict.WAITLIST, waitlist_position=position, **given)


def member(db: DbSession, application: Application, person: Person, **given: Any) -> Member:
    values = {"application_id": application.id, "person_id": person.id, "role": TeamRole.EDITOR, "joined_at": NOW}
    return stored(db, Member(**{**values, **given}))


def invitation(db: DbSession, application: Application, **given: Any) -> Invitation:
    """An invitation to the team, mailed once."""
    email = given.get("email", f"guest{next(_numbers)}@example.org")
    values = {"application_id": application.id, "call_id": application.call_id, "role": TeamRole.EDITOR, "email": email}
    values |= {"email_key": email, "locale": "en", "timezone": "Europe/Paris", "mail_number": 1, "mailed_at": NOW}
    return stored(db, Invitation(**{**values, "created_at": NOW, **given}))


def series(db: DbSession, **given: Any) -> Programme:
    """A weekly series, Wednesdays at 18:00 in Paris."""
    slug = given.get("slug", f"weekly-{next(_numbers)}")
    values: dict[str, Any] = {"slug": slug, "line": slug, "position": 0, "title": "WAC Weekly", "methods": []}
    values |= {"kind": ProgrammeKind.SERIES, "access": Access.OPEN, "weeks": 25, "after_each_session": []}
    values |= {"weekday": 2, "starts": time(18), "timezone": "Europe/Paris", "duration": timedelta(hours=1)}
    values |= {"online": True, "join_url": "https://meet.example.org/weekly"}
    if "season_id" not in given:
        values["season_id"] = season(db).id
    return stored(db, Programme(**{**values, **given}))


def session(db: DbSession, programme: Programme, **given: Any) -> Session:
    """A session of a series, two days from the start of the tests unless `starts_at` says otherwise."""
    number = next(_numbers)
    starts_at = given.get("starts_at", datetime(2027, 1, 13, 17, 0, tzinfo=UTC))
    values: dict[str, Any] = {"programme_id": programme.id, "slug": f"week-{number}", "uid": f"session-{number}@test"}
    values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "timezone": programme.timezone}
    values |= {"title_en": f"Session {number}", "title_fr": f"Séance {number}", "created_at": NOW, "updated_at": NOW}
    return stored(db, Session(**{**values, **given}))


def person(db: DbSession, **given: Any) -> Person:
    number = next(_numbers)
    email = given.get("email", f"person{number}@example.org")
    values: dict[str, Any] = {"email": email, "email_key": email.casefold(), "name": f"Person {number}"}
    values |= {"country": "FR", "timezone": "Europe/Paris", "locale": "en", "created_at": NOW, "confirmed_at": NOW}
    return stored(db, Person(**{**values, **given}))


def registration(db: DbSession, programme: Programme, **given: Any) -> Registration:
    if "person_id" not in given:
        given["person_id"] = person(db).id
    values = {"programme_id": programme.id, "reference": f"R{next(_numbers):05}", "scope": Scope.SEASON}
    return stored(db, Registration(**{**values, "confirmed_at": NOW, **given}))


def seat(db: DbSession, registration: Registration, session: Session, **given: Any) -> Seat:
    values = {"registration_id": registration.id, "session_id": session.id, "state": SeatState.CONFIRMED}
    return stored(db, Seat(**{**values, "state_at": NOW, **given}))


def staff(db: DbSession, role: Role = Role.ORGANISER, **given: Any) -> Staff:
    email = given.get("email", f"staff{next(_numbers)}@example.org")
    values = {"email": email, "email_key": email, "name": "Robin", "role": role, "locale": "en"}
    return stored(db, Staff(**{**values, "timezone": "Europe/Paris", "invited_at": NOW, **given}))


def attendance(db: DbSession, registration: Registration, session: Session, **given: Any) -> Attendance:
    values: dict[str, Any] = {"session_id": session.id, "person_id": registration.person_id}
    values |= {"joined_at": session.starts_at, "source": AttendanceSource.JOIN_LINK}
    return stored(db, Attendance(**{**values, **given}))
