"""Organisers find any registration, by the page, at the same cost however many there are."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.audit.models import AuditEntry
from registrar.db import DbSession, alchemy
from registrar.people.models import Person
from registrar.programmes.models import Programme
from registrar.tokens import Tokens
from registrar.weekly.models import Attendance, Registration, Seat, SignUp
from registrar.weekly.rules import AttendanceSource, Scope, SeatState
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client

LIST = "/console/registrations"
PAGES = ["/console", LIST, "/console/sign-ups", "/console/mail", "/console/mail/why", "/console/people/1"]


def names(page: str) -> list[str]:
    """Return the names in the table, in its order."""
    rows = page.split('<th scope="row" role="rowheader">')[1:]
    return [row.partition("</a>")[0].rpartition(">")[2] for row in rows]


def named(db: DbSession, programme: Programme, name: str, **given: object) -> Registration:
    person = factories.person(db, name=name, **given)
    return factories.registration(db, programme, person_id=person.id)


@pytest.fixture
def four(db: DbSession, organiser: Staff) -> list[Registration]:
    """Four registrations of one series."""
    programme = factories.series(db)
    return [
        named(db, programme, "Amélie Roux", institution="Musée d'Orsay", country="FR", locale="fr"),
        named(db, programme, "Kwame Mensah", institution="National Museum", country="GH"),
        named(db, programme, "Zoë Ångström", country="SE", email="zoe@Example.org"),
        named(db, programme, "Ama Owusu", country="GH"),
    ]


def test_the_newest_stands_first(client: Client, four: list[Registration]) -> None:
    assert names(client.get(LIST).text) == ["Ama Owusu", "Zoë Ångström", "Kwame Mensah", "Amélie Roux"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=amelie", ["Amélie Roux"]),
        ("q=MUSEE", ["Amélie Roux"]),
        ("q=angstrom", ["Zoë Ångström"]),
        ("q=zoe@example", ["Zoë Ångström"]),
        ("q=%25", []),
        ("country=GH", ["Ama Owusu", "Kwame Mensah"]),
        ("locale=fr", ["Amélie Roux"]),
        ("scope=chosen", []),
        ("sort=name", ["Ama Owusu", "Amélie Roux", "Kwame Mensah", "Zoë Ångström"]),
        ("sort=oldest", ["Amélie Roux", "Kwame Mensah", "Zoë Ångström", "Ama Owusu"]),
        ("sort=country&country=GH", ["Ama Owusu", "Kwame Mensah"]),
        ("state=cancelled", []),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    client: Client, four: list[Registration], query: str, found: list[str]
) -> None:
    assert names(client.get(f"{LIST}?{query}").text) == found


@pytest.mark.parametrize("query", ["country=Mars", "state=asleep", "session=x", "programme=99", "sort=up", "page=-1"])
def test_a_filter_that_makes_no_sense_is_left_out(client: Client, four: list[Registration], query: str) -> None:
    assert len(names(client.get(f"{LIST}?{query}").text)) == 4


def test_a_reference_finds_its_registration(client: Client, four: list[Registration]) -> None:
    assert names(client.get(f"{LIST}?q={four[1].reference.lower()}").text) == ["Kwame Mensah"]


def test_the_seats_of_a_session_are_filtered_by_their_state(
    client: Client, db: DbSession, four: list[Registration], now: datetime
) -> None:
    programme = db.get_one(Programme, four[0].programme_id)
    over = factories.session(db, programme, starts_at=now - timedelta(days=5))
    for registration, state in zip(four, (SeatState.CONFIRMED, SeatState.CONFIRMED, SeatState.WAITING), strict=False):
        factories.seat(db, registration, over, state=state, queue_number=1 if state is SeatState.WAITING else None)
    present = {"session_id": over.id, "person_id": four[0].person_id, "joined_at": now}
    factories.stored(db, Attendance(**present, source=AttendanceSource.JOIN_LINK))

    def found(state: str) -> list[str]:
        return names(client.get(f"{LIST}?session={over.id}&state={state}&sort=oldest").text)

    assert found("") == ["Amélie Roux", "Kwame Mensah", "Zoë Ångström"]
    assert found("confirmed") == ["Amélie Roux", "Kwame Mensah"]
    assert found("waiting") == ["Zoë Ångström"]
    assert found("attended") == ["Amélie Roux"]
    assert found("missed") == ["Kwame Mensah"]
    assert found("active") == ["Amélie Roux", "Kwame Mensah", "Zoë Ångström"]


def test_nobody_to_show_says_what_to_do_next(client: Client, organiser: Staff) -> None:
    assert "Nobody has registered yet" in client.get(LIST).text
    assert "Nobody matches" in client.get(f"{LIST}?q=nobody").text


def many(db: DbSession, count: int) -> None:
    """Store this many registrations with two seats each, in bulk."""
    programme = factories.series(db)
    sessions = [factories.session(db, programme) for _ in range(2)]
    moment = factories.NOW
    people = [
        {"id": n, "email": f"p{n}@example.org", "email_key": f"p{n}@example.org", "name": f"Person {n}",
         "country": "FR", "timezone": "Europe/Paris", "locale": "en", "created_at": moment, "link_number": 0}
        for n in range(1, count + 1)
    ]  # fmt: skip
    registrations = [
        {"id": n, "programme_id": programme.id, "person_id": n, "reference": f"B{n:05}", "scope": Scope.SEASON,
         "confirmed_at": moment}
        for n in range(1, count + 1)
    ]  # fmt: skip
    seats = [
        {"registration_id": n, "session_id": session.id, "state": SeatState.CONFIRMED, "state_at": moment, "changes": 0}
        for n in range(1, count + 1)
        for session in sessions
    ]
    for model, rows in ((Person, people), (Registration, registrations), (Seat, seats)):
        db.execute(insert(model), rows)
    db.commit()


def statements(app: Flask, client: Client, url: str) -> tuple[int, int]:
    """Return how many statements a page needs, and how long it is."""
    found: list[str] = []
    with app.app_context():
        engine: Engine = alchemy.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "COMMIT")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        page = client.get(url)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert page.status_code == 200
    return len(found), len(page.data)


@pytest.mark.parametrize("url", [LIST, f"{LIST}?sort=name", f"{LIST}?q=person&state=confirmed", "/console"])
def test_ten_times_the_registrations_need_no_more_statements(
    app: Flask, client: Client, db: DbSession, organiser: Staff, url: str
) -> None:
    many(db, 200)
    few, _length = statements(app, client, url)
    db.execute(Seat.__table__.delete())  # type: ignore[attr-defined]  # a Table, which the stubs call a FromClause
    db.execute(Registration.__table__.delete())  # type: ignore[attr-defined]
    db.execute(Person.__table__.delete())  # type: ignore[attr-defined]
    many(db, 2000)
    more, length = statements(app, client, url)

    assert more == few
    assert more <= (8 if url != "/console" else 16)
    assert length < 80_000


def test_pages_follow_each_other_without_a_gap(client: Client, db: DbSession, organiser: Staff) -> None:
    many(db, 120)

    pages = [names(client.get(f"{LIST}?page={number}").text) for number in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert [name for page in pages for name in page] == [f"Person {n}" for n in range(120, 0, -1)]


def test_the_csv_holds_the_filtered_people_and_no_formula(
    client: Client, db: DbSession, four: list[Registration]
) -> None:
    programme = db.get_one(Programme, four[0].programme_id)
    named(db, programme, "=HYPERLINK(1)", institution="+33 1", country="GH")

    answer = send(client, "/console/registrations.csv?country=GH&sort=oldest")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["Name"], row["Institution"]) for row in rows] == [
        ("Kwame Mensah", "National Museum"),
        ("Ama Owusu", ""),
        ("'=HYPERLINK(1)", "'+33 1"),
    ]


def test_each_download_is_recorded_without_what_was_searched(
    client: Client, db: DbSession, organiser: Staff, four: list[Registration]
) -> None:
    send(client, "/console/registrations.csv?q=amelie").get_data()

    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "registrations.export")).one()
    assert (entry.actor, entry.details) == (f"staff:{organiser.id}", {"filters": ["text"]})


def test_everyone_is_in_the_file_however_many(client: Client, db: DbSession, organiser: Staff) -> None:
    many(db, 1200)

    assert len(send(client, "/console/registrations.csv").text.splitlines()) == 1201


@pytest.mark.parametrize(
    "url", ["/console", LIST, "/console/sign-ups", "/console/mail", "/console/mail/why", "/console/people/1"]
)
def test_reviewers_and_strangers_see_nothing(url: str, client: Client, db: DbSession, tokens: Tokens) -> None:
    stranger = client.get(url)
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    assert stranger.status_code == 303
    assert stranger.location.startswith("/sign-in")
    assert client.get(url).status_code == 403
    assert send(client, "/console/registrations.csv").status_code == 403


def test_unconfirmed_sign_ups_have_their_own_list(
    client: Client, db: DbSession, organiser: Staff, now: datetime
) -> None:
    values = {"programme_id": factories.series(db).id, "name": "Eve", "timezone": "UTC", "locale": "en"}
    values |= {"scope": Scope.SEASON, "session_ids": [], "consent_version": "1", "created_at": now, "updated_at": now}
    factories.stored(db, SignUp(**values, email="eve@example.org", email_key="eve@example.org"))
    factories.stored(db, SignUp(**values, email="no@example.org", email_key="no@example.org", refused_at=now))

    page = client.get("/console/sign-ups").text

    assert ("eve@example.org" in page, "no@example.org" in page) == (True, False)
