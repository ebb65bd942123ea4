"""Organisers look at what looks alike, tell it apart or merge it, and take a merge back."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.console.institution_words import TABLES
from registrar.db import DbSession
from registrar.people.models import Institution, InstitutionDomain, InstitutionMerge, NotTheSame
from registrar.people.references import references
from registrar.people.rules import InstitutionRole
from tests import factories
from tests.browsing import send
from tests.conftest import Client

PAGE = "/console/institutions"


@pytest.fixture
def museum(db: DbSession, organiser: Staff, now: datetime) -> Institution:
    return factories.institution(db, name="Museum of Modern Art", country="US", confirmed_at=now)


@pytest.fixture
def moma(db: DbSession, museum: Institution) -> Institution:
    found = factories.institution(db, name="MoMA", country="US")
    factories.stored(db, InstitutionDomain(institution_id=found.id, domain="moma.example"))
    return found


def proposed(client: Client) -> bool:
    return "One may be the abbreviation of the other" in client.get(f"{PAGE}/duplicates").text


def test_what_looks_alike_is_proposed_until_it_is_told_apart(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    first = proposed(client), "abbreviation" in client.get(f"{PAGE}/{moma.id}").text
    send(client, f"{PAGE}/{moma.id}/apart/{museum.id}")
    second = proposed(client), "abbreviation" in client.get(f"{PAGE}/{moma.id}").text
    said = db.scalars(select(NotTheSame)).one()
    pair = (said.first_id, said.second_id)
    send(client, f"{PAGE}/{museum.id}/alike/{moma.id}")

    assert (first, second, proposed(client)) == ((True, True), (False, False), True)
    assert pair == (museum.id, moma.id)


def test_nothing_alike_is_told_kindly(client: Client, museum: Institution) -> None:
    assert "No two look like one" in client.get(f"{PAGE}/duplicates").text


def test_the_other_one_is_chosen_from_what_is_alike_or_searched(
    client: Client, museum: Institution, moma: Institution
) -> None:
    page = client.get(f"{PAGE}/{museum.id}/merge?q=mom").text

    assert re.findall(r'href="([^"]+/merge/\d+)"', page) == [f"{PAGE}/{museum.id}/merge/{moma.id}"] * 2


def test_a_merge_is_previewed_done_and_undone(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    preview = client.get(f"{PAGE}/{museum.id}/merge/{moma.id}").text
    before = moma.merged_into_id
    done = send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")
    db.expire_all()
    between = moma.merged_into_id, [each.domain for each in museum.domains]
    record = db.scalars(select(InstitutionMerge)).one()
    after = client.get(f"{PAGE}/{museum.id}").text
    undone = send(client, f"{PAGE}/merges/{record.id}/undo")

    db.expire_all()
    assert ("<dt>Domains</dt><dd>1</dd>" in preview, before) == (True, None)
    assert (done.status_code, between) == (303, (museum.id, ["moma.example"]))
    assert f'action="{PAGE}/merges/{record.id}/undo"' in after
    assert (undone.status_code, moma.merged_into_id, museum.domains, museum.aliases) == (303, None, [], [])


def test_what_was_changed_since_is_told_when_a_merge_is_undone(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")
    db.expire_all()
    museum.domains.clear()
    db.commit()
    send(client, f"{PAGE}/merges/{db.scalars(select(InstitutionMerge.id)).one()}/undo")

    assert "Changed since and therefore left as it is: Domains: 1." in client.get(PAGE).text


def test_two_applications_to_one_call_are_told_with_its_name(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    call = factories.call(db, title_en="WAC Museums 2027")
    for institution in (museum, moma):
        factories.application(db, call, institution_id=institution.id)
    db.commit()

    preview = client.get(f"{PAGE}/{museum.id}/merge/{moma.id}")
    done = send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")

    told = "Both have an open application to WAC Museums 2027. Withdraw one of them first."
    assert [(each.status_code, told in each.text, "Merge them" in each.text) for each in (preview, done)] == [
        (200, True, False), (409, True, False),
    ]  # fmt: skip


def test_a_merged_institution_leads_to_the_one_that_was_kept(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    person = factories.person(db, email="ama@example.org")
    send(client, f"{PAGE}/{moma.id}/people", email=person.email, role=InstitutionRole.CONTACT.value)
    send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")

    page = client.get(f"{PAGE}/{moma.id}").text
    again = send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")

    assert f'<a href="{PAGE}/{museum.id}">Museum of Modern Art</a>' in page
    assert (client.get(f"{PAGE}/{moma.id}/edit").status_code, again.status_code) == (303, 409)
    assert person.name in client.get(f"{PAGE}/{museum.id}").text


def test_a_merge_that_cannot_be_undone_yet_says_why(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    third = factories.institution(db, name="Third")
    send(client, f"{PAGE}/{museum.id}/merge/{moma.id}")
    send(client, f"{PAGE}/{third.id}/merge/{museum.id}")
    first = db.scalars(select(InstitutionMerge.id).order_by(InstitutionMerge.id)).all()[0]
    send(client, f"{PAGE}/merges/{first}/undo")

    assert "Undo the newest merge first." in client.get(PAGE).text


@pytest.mark.parametrize("path", ["/{0}/merge/{0}", "/{0}/merge/999"])
def test_there_are_always_two_to_merge(client: Client, museum: Institution, path: str) -> None:
    assert client.get(PAGE + path.format(museum.id)).status_code == 404


def test_whoever_goes_through_the_list_comes_back_to_it(
    client: Client, db: DbSession, museum: Institution, moma: Institution
) -> None:
    from_list = send(client, f"{PAGE}/{museum.id}/apart/{moma.id}", back="duplicates")
    from_page = send(client, f"{PAGE}/{museum.id}/apart/{moma.id}", back="https://evil.example")

    assert [each.location for each in (from_list, from_page)] == [f"{PAGE}/duplicates", f"{PAGE}/{museum.id}"]


def test_everything_that_a_merge_moves_has_a_name() -> None:
    assert {reference.table.name for reference in references()} - set(TABLES) == set()
