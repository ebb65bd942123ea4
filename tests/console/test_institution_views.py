"""Organisers find institutions, see what they did across the seasons, and say who and what belongs to them."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.cohorts.models import RosterEntry
from registrar.db import DbSession
from registrar.people.models import Affiliation, Institution, InstitutionAlias, InstitutionDomain
from registrar.people.rules import InstitutionKind, InstitutionRole
from registrar.programmes.models import Completion, Season, Selection
from tests import factories
from tests.browsing import send
from tests.conftest import Client

PAGE = "/console/institutions"


@pytest.fixture
def museum(db: DbSession, organiser: Staff, now: datetime) -> Institution:
    return factories.institution(db, name="Design Museum Brussels", country="BE", confirmed_at=now)


@pytest.fixture
def season(db: DbSession) -> Season:
    found = factories.season(db, slug="lab-3", title="WAC Lab season 3")
    factories.cohort(db, slug="wac-museums", season_id=found.id)
    return found


def listed(client: Client, query: str = "") -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)</a>', client.get(f"{PAGE}{query}").text)


@pytest.fixture
def several(db: DbSession, museum: Institution, now: datetime) -> None:
    factories.stored(db, InstitutionAlias(institution_id=museum.id, name="ADAM"))
    factories.stored(db, InstitutionDomain(institution_id=museum.id, domain="designmuseum.example"))
    factories.institution(db, name="Éclat", country="FR", kind=InstitutionKind.GALLERY, ror="03yrm5c26")
    factories.institution(db, name="Old Design", country="BE", merged_into_id=museum.id)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Design Museum Brussels", "Éclat"]),
        ("?q=eclat", ["Éclat"]),
        ("?q=adam", ["Design Museum Brussels"]),
        ("?q=designmuseum.example", ["Design Museum Brussels"]),
        ("?q=03yrm", ["Éclat"]),
        ("?country=BE", ["Design Museum Brussels"]),
        ("?kind=gallery", ["Éclat"]),
        ("?standing=unconfirmed", ["Éclat"]),
        ("?standing=merged", ["Old Design"]),
        ("?q=nobody", []),
        ("?country=XX&kind=nonsense&page=-1", ["Design Museum Brussels", "Éclat"]),
    ],
)
def test_the_list_is_narrowed(client: Client, several: None, query: str, names: list[str]) -> None:
    assert listed(client, query) == names


def test_an_empty_list_says_what_to_do_next(client: Client, organiser: Staff) -> None:
    assert "No institution yet" in client.get(PAGE).text


def test_the_page_tells_the_history_across_the_seasons(
    client: Client, db: DbSession, museum: Institution, season: Season, now: datetime
) -> None:
    factories.stored(db, Selection(season_id=season.id, institution_id=museum.id, position=0))
    call = factories.call(db, title_en="WAC Museums 2027")
    application = factories.submitted(db, call, institution_id=museum.id)
    facts = {"programme_id": call.programme_id, "institution_id": museum.id, "application_id": application.id}
    factories.stored(db, RosterEntry(**facts, enrolled_at=now, left_at=now))
    factories.stored(db, InstitutionDomain(institution_id=museum.id, domain="designmuseum.example"))
    series = factories.series(db)
    typed = [
        factories.person(db, name="Ama", institution="the design museum, BRUSSELS", country="BE"),
        factories.person(db, name="Ben", email="ben@mail.designmuseum.example"),
        factories.person(db, name="Cleo", institution="Design Museum Brussels", country="CO"),
        factories.person(db, name="Dan", institution="Design Museum", country="BE"),
        factories.person(db, name="Eve", email="eve@notdesignmuseum.example"),
    ]
    registrations = [factories.registration(db, series, person_id=person.id) for person in typed]
    factories.attendance(db, registrations[0], factories.session(db, series))

    page = client.get(f"{PAGE}/{museum.id}").text

    assert ("WAC Lab season 3" in page, "left early" in page) == (True, True)
    assert f'<a href="/console/applications/{application.reference}">WAC Museums 2027</a>' in page
    people = re.findall(r'<li><a href="/console/people/\d+">(\w+)</a> <span class="soft">(\d+) session', page)
    assert people == [("Ama", "1"), ("Ben", "0")]


def test_an_institution_is_confirmed_and_that_is_undone(client: Client, db: DbSession, organiser: Staff) -> None:
    museum = factories.institution(db, name="Atelier")
    send(client, f"{PAGE}/{museum.id}/confirm")
    db.refresh(museum)
    was_confirmed = museum.confirmed_at is not None
    send(client, f"{PAGE}/{museum.id}/unconfirm")
    db.refresh(museum)

    trail = select(AuditEntry.action).where(AuditEntry.subject == "institution").order_by(AuditEntry.id)
    assert (was_confirmed, museum.confirmed_at) == (True, None)
    assert db.scalars(trail).all() == ["institution.confirm", "institution.unconfirm"]


def test_a_completed_programme_is_recorded_once_and_removed(
    client: Client, db: DbSession, museum: Institution, season: Season
) -> None:
    facts = {"line": "wac-museums", "season": str(season.id), "note": "List of May 2024"}
    answers = [send(client, f"{PAGE}/{museum.id}/completions", **facts).status_code for _ in range(2)]
    row = db.scalars(select(Completion)).one()
    stored = (row.institution_id, row.line, row.season_id, row.note)
    removed = send(client, f"{PAGE}/{museum.id}/completions/{row.id}/remove")

    assert answers == [303, 409]
    assert stored == (museum.id, "wac-museums", season.id, "List of May 2024")
    assert (removed.status_code, db.scalars(select(Completion)).all()) == (303, [])


@pytest.mark.parametrize(
    "facts",
    [
        {"line": "", "season": "", "note": ""},
        {"line": "nonsense", "season": "999", "note": "x"},
        {"line": "wac-museums", "season": "x", "note": "a\u202eb"},
    ],
)
def test_a_mistake_in_a_completion_keeps_what_was_typed(
    client: Client, db: DbSession, museum: Institution, season: Season, facts: dict[str, str]
) -> None:
    answer = send(client, f"{PAGE}/{museum.id}/completions", **facts)

    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert (f'value="{facts["note"]}"' in answer.text, db.scalars(select(Completion)).all()) == (True, [])


def test_people_get_roles_change_them_and_are_taken_off(client: Client, db: DbSession, museum: Institution) -> None:
    person = factories.person(db, email="ama@example.org")
    for role in ("member", "director"):
        send(client, f"{PAGE}/{museum.id}/people", email="AMA@example.org", role=role)
    roles = [(each.person_id, each.role) for each in db.scalars(select(Affiliation))]
    send(client, f"{PAGE}/{museum.id}/people/{person.id}/remove")

    assert (roles, db.scalars(select(Affiliation)).all()) == ([(person.id, InstitutionRole.DIRECTOR)], [])


@pytest.mark.parametrize(("email", "role"), [("nobody@example.org", "member"), ("none", "member"), ("", "king")])
def test_a_person_who_is_not_known_is_told_at_the_field(
    client: Client, db: DbSession, museum: Institution, email: str, role: str
) -> None:
    answer = send(client, f"{PAGE}/{museum.id}/people", email=email, role=role)

    assert (answer.status_code, f'value="{email}"' in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/edit", "/1/merge", "/1/merge/2", "/duplicates"])
def test_only_organisers_see_institutions(client: Client, db: DbSession, path: str) -> None:
    assert client.get(f"{PAGE}{path}").status_code in {302, 303}


@pytest.mark.parametrize("path", ["/999", "/999/edit", "/999/merge", "/999/merge/1"])
def test_what_is_not_there_is_not_found(client: Client, museum: Institution, path: str) -> None:
    assert client.get(f"{PAGE}{path}").status_code == 404
