"""The public check: each rule explained for an institution of an earlier season, a new one, an alias, a merged one."""

from html import unescape
from re import DOTALL, search, sub

import pytest

from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution, InstitutionAlias
from registrar.people.rules import InstitutionKind
from registrar.programmes.models import Completion, Selection
from registrar.programmes.rules import SeasonStatus
from tests import factories
from tests.conftest import Client

SELECTED = "Design Museum Brussels was selected in WAC Lab season 3, which counts as completing WAC Museums."
FAILS = "This call is for institutions that have completed WAC Museums. We have no record that {} has."


@pytest.fixture
def call(db: DbSession) -> Call:
    """WAC Factory's call, for institutions that completed WAC Museums."""
    season = factories.season(db, slug="lab", title="WAC Lab")
    factories.cohort(db, slug="wac-museums", season_id=season.id)
    factory = factories.cohort(db, slug="wac-factory", title="WAC Factory", season_id=season.id)
    rules = [{"rule": "completed", "line": "wac-museums", "earlier_seasons": True}]
    return factories.call(db, slug="factory", programme_id=factory.id, eligibility=rules)


@pytest.fixture
def museum(db: DbSession) -> Institution:
    """An institution that was selected in season 3."""
    earlier = factories.season(db, title="WAC Lab season 3", status=SeasonStatus.ARCHIVED, position=1)
    found = factories.institution(db, name="Design Museum Brussels", country="BE", confirmed_at=factories.NOW)
    factories.stored(db, Selection(season_id=earlier.id, institution_id=found.id, position=0))
    return found


def told(client: Client, name: str, country: str = "BE", slug: str = "factory") -> str:
    """Return what the page answers for an institution."""
    query = {"institution": name, "country": country}
    response = client.get(f"/calls/{slug}/eligibility", query_string=query, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    answer = search(r'id="answer".*?</section>', response.text, DOTALL)
    return " ".join(unescape(sub(r"<[^>]+>", " ", answer[0] if answer else "")).split())


def test_a_selection_in_season_3_counts_as_completing_and_is_named(
    client: Client, call: Call, museum: Institution
) -> None:
    answer = told(client, "design museum, brussels")
    assert "Yes, as far as we know" in answer
    assert SELECTED in answer


def test_a_new_institution_hears_what_is_asked_and_where_to_go_instead(client: Client, call: Call) -> None:
    answer = told(client, "New Museum")
    assert "Not yet, as far as we know" in answer
    assert FAILS.format("New Museum") in answer
    assert "Complete WAC Museums first; it opens the way to this call." in answer
    assert "You may apply all the same" in answer


def test_the_way_instead_leads_to_the_open_call_of_wac_museums(client: Client, db: DbSession, call: Call) -> None:
    page = client.get("/calls/factory/eligibility?institution=New&country=BE", headers={"Accept-Language": "en"})
    assert 'href="/seasons/lab/wac-museums">About WAC Museums</a>' in page.text

    season = call.programme.season
    museums = next(each for each in season.programmes if each.slug == "wac-museums")
    factories.call(db, slug="museums", title_en="Museums, apply", programme_id=museums.id)
    page = client.get("/calls/factory/eligibility?institution=New&country=BE", headers={"Accept-Language": "en"})
    assert 'href="/calls/museums">Museums, apply</a>' in page.text


def test_an_institution_is_known_under_an_alias(client: Client, db: DbSession, call: Call, museum: Institution) -> None:
    factories.stored(db, InstitutionAlias(institution_id=museum.id, name="ADAM"))
    assert SELECTED in told(client, "Adam")


def test_a_merged_institution_is_answered_by_the_one_that_was_kept(
    client: Client, db: DbSession, call: Call, museum: Institution
) -> None:
    factories.institution(db, name="Plasticarium", country="BE", confirmed_at=factories.NOW, merged_into_id=museum.id)
    assert SELECTED in told(client, "Plasticarium")


def test_a_recorded_completion_is_named_with_its_season(
    client: Client, db: DbSession, call: Call, museum: Institution
) -> None:
    completion = {"line": "wac-museums", "season_id": call.programme.season_id, "note": "", "stated_by": "staff:1"}
    other = factories.institution(db, name="Other", country="BE", confirmed_at=factories.NOW)
    factories.stored(db, Completion(institution_id=other.id, stated_at=factories.NOW, **completion))
    assert "Other completed WAC Museums in WAC Lab." in told(client, "Other")


def test_a_name_in_another_country_is_another_institution(client: Client, call: Call, museum: Institution) -> None:
    assert FAILS.format("Design Museum Brussels") in told(client, "Design Museum Brussels", country="FR")


def test_what_is_not_confirmed_is_answered_like_what_nobody_has_typed_before(
    client: Client, db: DbSession, call: Call
) -> None:
    call.eligibility = [{"rule": "kinds", "kinds": ["museum"]}]
    before = told(client, "Quiet House")
    factories.institution(db, name="Quiet House", country="BE", kind=InstitutionKind.MUSEUM)
    assert told(client, "Quiet House") == before
    assert "We do not know yet what kind of institution Quiet House is. This call is for museums." in before


def test_an_application_shows_nowhere(client: Client, db: DbSession, call: Call, museum: Institution) -> None:
    call.eligibility = [{"rule": "once_per_season"}]
    other = factories.call(db, programme_id=call.programme_id, title_en="The other call")
    before = told(client, museum.name)
    factories.submitted(db, other, institution_id=museum.id)
    assert told(client, museum.name) == before
    assert "An institution takes part once per season." in before


def test_a_blank_name_is_asked_for_and_strange_marks_are_not_repeated(client: Client, call: Call) -> None:
    page = client.get("/calls/factory/eligibility?institution=&country=XX", headers={"Accept-Language": "en"}).text
    assert ("Write the name of the institution." in page, "Choose a country from the list." in page) == (True, True)
    assert told(client, "\u202eevil") == ""
    assert "<script>x" not in client.get("/calls/factory/eligibility?institution=<script>x&country=BE").text


def test_a_draft_has_no_check(client: Client, db: DbSession) -> None:
    assert client.get("/calls/nothing/eligibility").status_code == 404
