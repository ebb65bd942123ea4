"""What an institution did across the seasons: selections, completions, applications, cohorts, weekly sessions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred, reachable
from registrar.applications.models import Application
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.cohorts.models import RosterEntry
from registrar.db import DbSession
from registrar.folding import contains
from registrar.people import names
from registrar.people.models import Affiliation, Institution, Person
from registrar.programmes.models import Completion, Programme, Season, Selection, Session
from registrar.weekly.models import Attendance, Registration

ENTRIES = 50
EVERYTHING = true()


@dataclass(frozen=True)
class Participant:
    """A person of the institution in a weekly series: how many sessions they were at."""

    registration: Registration
    person: Person
    sessions: int


@dataclass
class Chapter:
    """One season of an institution."""

    season: Season
    selected: bool = False
    completions: list[Completion] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    cohorts: list[RosterEntry] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)


def chapters(db: DbSession, institution: Institution, staff: Staff) -> list[Chapter]:
    """Return the seasons in which the institution did something, the newest first, as far as its reader may know."""
    seasons = {season.id: Chapter(season) for season in db.scalars(select(Season).order_by(Season.position))}
    for season_id in db.scalars(select(Selection.season_id).where(Selection.institution_id == institution.id)):
        seasons[season_id].selected = True
    for completion in db.scalars(select(Completion).where(Completion.institution_id == institution.id)):
        seasons[completion.season_id].completions.append(completion)
    for application in applications(db, institution, reachable(staff)):
        seasons[application.call.programme.season_id].applications.append(application)
    for entry in _cohorts(db, institution, staff):
        seasons[entry.programme.season_id].cohorts.append(entry)
    for season_id, participants in _participants(db, institution).items():
        seasons[season_id].participants += participants
    return [each for each in seasons.values() if _has_something(each)]


def _has_something(chapter: Chapter) -> bool:
    facts = (chapter.selected, chapter.completions, chapter.applications, chapter.cohorts, chapter.participants)
    return any(facts)


def _cohorts(db: DbSession, institution: Institution, staff: Staff) -> Sequence[RosterEntry]:
    ours = (RosterEntry.institution_id == institution.id, RosterEntry.application_id.not_in(barred(staff)))
    statement = select(RosterEntry).where(*ours).order_by(RosterEntry.id)
    return db.scalars(statement.options(joinedload(RosterEntry.programme))).all()


def applications(
    db: DbSession, institution: Institution, within: ColumnElement[bool] = EVERYTHING
) -> Sequence[Application]:
    """Return the institution's applications that are `within` reach with their calls, the newest first."""
    statement = select(Application).join(Application.call).join(Call.programme)
    with_call = statement.options(contains_eager(Application.call).contains_eager(Call.programme))
    return db.scalars(
        with_call.where(Application.institution_id == institution.id, within).order_by(Application.id.desc())
    ).all()


def both_open(db: DbSession, one: Institution, other: Institution) -> list[Call]:
    """Return the calls at which both have an application that is not withdrawn."""
    mine, theirs = (
        {each.call_id: each.call for each in applications(db, institution) if each.withdrawn_at is None}
        for institution in (one, other)
    )
    return [call for number, call in sorted(mine.items()) if number in theirs]


def _participants(db: DbSession, institution: Institution) -> dict[int, list[Participant]]:
    """Return by season who of the institution registered for the weekly sessions, in the order of their names."""
    statement = select(Registration, Person, Programme.season_id).join(Registration.person).join(Registration.programme)
    rows = db.execute(statement.where(_may_be_of(institution)).order_by(Person.name, Registration.id)).all()
    ours = [(registration, person, season) for registration, person, season in rows if _is_of(institution, person)]
    ours += _affiliated(db, institution, {registration.id for registration, _, _ in ours})
    attended = _attended(db, [person.id for _, person, _ in ours])
    found: defaultdict[int, list[Participant]] = defaultdict(list)
    for registration, person, season in ours:
        sessions = attended.get((person.id, registration.programme_id), 0)
        found[season].append(Participant(registration, person, sessions))
    return found


def _may_be_of(institution: Institution) -> ColumnElement[bool]:
    """Narrow people down in SQL by the longest word of each name and by mail domains; `_is_of` looks closely."""
    longest = {max(names.words(name), key=len, default="") for name in _names(institution)}
    by_name = [contains(Person.institution, word) for word in sorted(longest) if word]
    domains = [each.domain for each in institution.domains]
    by_domain = [Person.email_key.endswith(f"{sign}{domain}", autoescape=True) for domain in domains for sign in "@."]
    return or_(*by_name, *by_domain)


def _names(institution: Institution) -> list[str]:
    return [institution.name, *(alias.name for alias in institution.aliases)]


def _is_of(institution: Institution, person: Person) -> bool:
    """Tell whether the institution that a person typed, or the domain of their address, is this one's."""
    host = person.email_key.rpartition("@")[2]
    if any(host == each.domain or host.endswith(f".{each.domain}") for each in institution.domains):
        return True
    typed = names.key(person.institution or "")
    is_near = not (person.country and institution.country) or person.country == institution.country
    return bool(typed) and is_near and typed in {names.key(name) for name in _names(institution)}


def _affiliated(db: DbSession, institution: Institution, known: set[int]) -> list[tuple[Registration, Person, int]]:
    """Return the registrations of people in roles that were not found otherwise."""
    statement = select(Registration, Person, Programme.season_id).join(Registration.person).join(Registration.programme)
    ours = statement.join(Affiliation, Affiliation.person_id == Person.id)
    rows = db.execute(ours.where(Affiliation.institution_id == institution.id).order_by(Person.name, Registration.id))
    return [(row[0], row[1], row[2]) for row in rows if row[0].id not in known]


def _attended(db: DbSession, person_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return how many sessions each person was at, by person and series."""
    statement = select(Attendance.person_id, Session.programme_id, func.count()).join(
        Session, Session.id == Attendance.session_id
    )
    rows = db.execute(
        statement.where(Attendance.person_id.in_(person_ids)).group_by(Attendance.person_id, Session.programme_id)
    )
    return {(person, programme): count for person, programme, count in rows}


def entries(db: DbSession, institution: Institution) -> Sequence[AuditEntry]:
    """Return what the trail says about an institution, the newest first."""
    about = AuditEntry.subject == Institution.__tablename__, AuditEntry.subject_id == institution.id
    return db.scalars(select(AuditEntry).where(*about).order_by(AuditEntry.id.desc()).limit(ENTRIES)).all()
