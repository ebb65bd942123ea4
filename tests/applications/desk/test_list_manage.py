"""Organisers find any application, by the page, at the same cost however many there are."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from registrar.accounts.models import Staff
from registrar.applications.desk_models import ApplicationTag, Note
from registrar.applications.models import Answer, Application
from registrar.applications.rules import Lifecycle, Override
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution
from tests import factories
from tests.applications.desk.conftest import Desk, references
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text
from tests.statements import queries

ALL = ["WAC-SALT1", "WAC-GLAS1", "WAC-GONE1", "WAC-DRAF1"]


def test_what_was_submitted_last_stands_first_and_drafts_after_it(client: Client, desk: Desk) -> None:
    assert references(client.get(desk.url).text) == ALL


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=wac-salt", ["WAC-SALT1"]),
        ("q=musee", ["WAC-SALT1"]),
        ("q=CRYSTAL", ["WAC-GLAS1"]),
        ("q=agypten", ["WAC-DRAF1"]),
        ("q=angstrom", ["WAC-SALT1"]),
        ("q=ben@glass", ["WAC-GLAS1"]),
        ("q=%25", []),
        ("state=draft", ["WAC-DRAF1"]),
        ("state=withdrawn", ["WAC-GONE1"]),
        ("country=FR", ["WAC-SALT1", "WAC-GONE1"]),
        ("kind=gallery", ["WAC-GLAS1"]),
        ("answer=new=no", ["WAC-GLAS1"]),
        ("answer=new=yes", ["WAC-SALT1"]),
        ("mark=incomplete", ["WAC-GONE1", "WAC-DRAF1"]),
        ("sort=institution", ["WAC-GONE1", "WAC-GLAS1", "WAC-SALT1", "WAC-DRAF1"]),
        ("sort=country", ["WAC-DRAF1", "WAC-GONE1", "WAC-SALT1", "WAC-GLAS1"]),
        ("sort=state", ["WAC-DRAF1", "WAC-GLAS1", "WAC-SALT1", "WAC-GONE1"]),
        ("sort=progress", ["WAC-GLAS1", "WAC-SALT1", "WAC-DRAF1", "WAC-GONE1"]),
        ("state=submitted&country=GH&q=house", ["WAC-GLAS1"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(client: Client, desk: Desk, query: str, found: list[str]) -> None:
    assert references(client.get(f"{desk.url}?{query}").text) == found


@pytest.mark.parametrize("query", ["state=asleep", "country=Mars", "kind=x", "answer=why=yes", "sort=up", "page=-1"])
def test_a_filter_that_makes_no_sense_is_left_out(client: Client, desk: Desk, query: str) -> None:
    assert references(client.get(f"{desk.url}?{query}").text) == ALL


def test_tags_notes_requests_for_time_and_decisions_are_found(
    client: Client, db: DbSession, desk: Desk, now: datetime
) -> None:
    db.add(ApplicationTag(application_id=desk.salt.id, tag="island"))
    db.add(Note(application_id=desk.salt.id, text="Call them.", created_at=now))
    db.add(Note(application_id=desk.glass.id, text="Gone.", created_at=now, removed_at=now))
    desk.draft.grace_asked_at = now
    desk.glass.eligibility, desk.glass.eligibility_at = Override.REFUSED, now

    def found(query: str) -> list[str]:
        return references(client.get(f"{desk.url}?{query}").text)

    assert found("tag=island") == ["WAC-SALT1"]
    assert found("mark=notes") == ["WAC-SALT1"]
    assert found("mark=grace") == ["WAC-DRAF1"]
    assert found("entitled=refused") == ["WAC-GLAS1"]
    assert found("entitled=holds") == ["WAC-SALT1", "WAC-GONE1", "WAC-DRAF1"]


def test_states_are_counted(client: Client, desk: Desk) -> None:
    assert "All: 4 Submitted: 2 Draft: 1 Withdrawn: 1" in text(client.get(desk.url))


def test_nothing_to_show_says_what_to_do_next(client: Client, db: DbSession, organiser: Staff) -> None:
    call = factories.call(db)
    url = f"/console/calls/{call.slug}/applications"

    assert "Nobody has begun an application yet" in client.get(url).text
    assert "No application is like this" in client.get(f"{url}?q=nobody").text


def test_a_call_that_is_not_there_has_no_list(client: Client, organiser: Staff) -> None:
    assert client.get("/console/calls/nowhere/applications").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: Client, db: DbSession) -> None:
    assert client.get(f"/console/calls/{factories.call(db).slug}/applications").status_code == 303


def tags(db: DbSession) -> list[tuple[int, str]]:
    db.rollback()
    statement = select(ApplicationTag.application_id, ApplicationTag.tag)
    return [(number, tag) for number, tag in db.execute(statement.order_by(ApplicationTag.application_id))]


def test_a_tag_is_put_on_those_that_are_ticked_and_taken_back(client: Client, db: DbSession, desk: Desk) -> None:
    db.add(ApplicationTag(application_id=desk.salt.id, tag="look again"))
    ticked = [desk.salt.id, desk.glass.id]
    answer = send(client, f"{desk.url}/tag?sort=country", desk.url, chosen=ticked, tag=" Look  again ", act="on")

    assert (answer.status_code, answer.location) == (303, f"{desk.url}?sort=country")
    assert tags(db) == [(desk.salt.id, "look again"), (desk.glass.id, "look again")]
    page = client.get(answer.location)
    assert "Tag put on 1 application." in text(page)

    send(client, f"{desk.url}/tag/undo", desk.url, ids=str(desk.glass.id), tag="look again", act="off")
    assert tags(db) == [(desk.salt.id, "look again")]
    trail = db.scalars(select(AuditEntry.action).where(AuditEntry.subject == "application")).all()
    assert trail == ["application.tag", "application.untag"]


def test_a_tag_is_put_on_all_on_the_page_but_never_on_those_of_another_call(
    client: Client, db: DbSession, desk: Desk
) -> None:
    other = factories.application(db, factories.call(db))
    shown = [desk.salt.id, desk.glass.id, desk.draft.id, other.id]
    send(client, f"{desk.url}/tag", desk.url, shown=shown, all="y", tag="all", act="on")
    assert tags(db) == [(each.id, "all") for each in (desk.salt, desk.glass, desk.draft)]

    send(client, f"{desk.url}/tag", desk.url, chosen=[desk.salt.id], tag="all", act="off")
    assert tags(db) == [(each.id, "all") for each in (desk.glass, desk.draft)]


def test_what_cannot_be_tagged_is_said(client: Client, desk: Desk) -> None:
    nothing = send(client, f"{desk.url}/tag", desk.url, tag="x", act="on")
    empty = send(client, f"{desk.url}/tag", desk.url, chosen=[desk.salt.id], tag=" ", act="on")

    assert (nothing.status_code, empty.status_code) == (422, 422)
    assert "Tick the applications first." in text(nothing)
    assert "Write a word to tag with." in text(empty)


def many(db: DbSession, call: Call, count: int, name: str = "Museum") -> None:
    """Store this many submitted applications in bulk."""
    moment = factories.NOW
    institutions = [{"name": f"{name} no. {n}", "country": "FR", "created_at": moment} for n in range(count)]
    numbers = db.scalars(insert(Institution).returning(Institution.id), institutions).all()
    same = {"call_id": call.id, "state": Lifecycle.SUBMITTED, "version": 2, "created_at": moment, "is_demo": False}
    same |= {"form_version_id": call.form_version_id, "counted_at": moment, "counted": factories.ANSWERS}
    same |= {"grace_asked": "", "eligibility_reason": "", "eligibility_by": ""}
    rows = [
        {**same, "institution_id": n, "reference": f"B{n}", "submitted_at": moment + timedelta(minutes=n)}
        for n in numbers
    ]
    ids = db.scalars(insert(Application).returning(Application.id), rows).all()
    answered = {"question": "why", "value": "Because.", "version": 1, "form_version_id": call.form_version_id}
    db.execute(insert(Answer), [{**answered, "application_id": n, "saved_at": moment} for n in ids])
    db.add_all(ApplicationTag(application_id=n, tag="many") for n in ids)
    db.commit()


def test_the_list_costs_the_same_whatever_its_length(
    client: Client, db: DbSession, organiser: Staff, app: Flask
) -> None:
    call = factories.call(db, eligibility=[{"rule": "kinds", "kinds": ["museum"]}, {"rule": "once_per_season"}])
    url = f"/console/calls/{call.slug}/applications"
    counts = []
    for more in (60, 400):
        many(db, call, more, f"Museum {more}")
        with queries(app) as sent:
            page = client.get(url)
        counts.append(len(sent))
        assert len(references(page.text)) == 50
        loading = [each for each in sent if "application.counted" in each.partition("FROM")[0]]
        assert loading == []

    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_the_second_page_goes_on_where_the_first_ended(client: Client, db: DbSession, organiser: Staff) -> None:
    call = factories.call(db)
    many(db, call, 60)
    url = f"/console/calls/{call.slug}/applications"
    first, second = references(client.get(url).text), references(client.get(f"{url}?page=2").text)

    assert (len(first), len(second), len({*first, *second})) == (50, 10, 60)
    assert "51 to 60 of 60" in text(client.get(f"{url}?page=2"))


def test_every_choice_of_a_form_can_be_looked_for(client: Client, desk: Desk) -> None:
    assert client.get(desk.url).text.count('value="new=') == 2
