"""Phases of a review: the ready set, what each allows, and that one is active at most."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews import phases
from registrar.reviews.models import ReviewPhase
from registrar.reviews.rules import Capabilities, Sees
from tests import factories
from tests.browsing import send
from tests.conftest import Client

URL = "/console/calls/wac-museums/phases"


@pytest.fixture
def ready(db: DbSession, call: Call, now: datetime) -> list[ReviewPhase]:
    phases.make_ready(db, call, by="staff:1", now=now)
    db.commit()
    return list(phases.phases_of(db, call))


def active(db: DbSession) -> list[str]:
    db.expire_all()
    return list(db.scalars(select(ReviewPhase.name_en).where(ReviewPhase.active_since.is_not(None))))


def test_one_click_makes_the_ready_set_and_activates_nothing(client: Client, db: DbSession, call: Call) -> None:
    answer = send(client, f"{URL}/ready")

    found = phases.phases_of(db, call)
    assert answer.status_code == 303
    assert [each.name_en for each in found] == ["Preparation", "Blind review", "Open discussion", "Decision"]
    assert found[1].capabilities == Capabilities(scores=True)
    assert active(db) == []


def test_the_ready_set_is_made_once(client: Client, ready: list[ReviewPhase], db: DbSession, call: Call) -> None:
    answer = send(client, f"{URL}/ready")

    assert answer.status_code == 409
    assert len(phases.phases_of(db, call)) == 4


def test_activating_a_phase_ends_the_one_before_and_offers_the_way_back(
    client: Client, ready: list[ReviewPhase], db: DbSession
) -> None:
    for each in ready[:2]:
        send(client, f"{URL}/active", phase=each.id)
    told = client.get(URL).text

    assert active(db) == ["Blind review"]
    assert f'name="phase" value="{ready[0].id}"' in told


def test_a_call_may_be_without_an_active_phase(client: Client, ready: list[ReviewPhase], db: DbSession) -> None:
    send(client, f"{URL}/active", phase=ready[0].id)
    send(client, f"{URL}/active", phase="")

    assert active(db) == []


def test_the_database_holds_that_one_phase_is_active_at_most(
    ready: list[ReviewPhase], db: DbSession, now: datetime
) -> None:
    ready[0].active_since = ready[1].active_since = now

    with pytest.raises(IntegrityError):
        db.flush()


def test_an_active_phase_cannot_be_removed(client: Client, ready: list[ReviewPhase], db: DbSession, call: Call) -> None:
    send(client, f"{URL}/active", phase=ready[0].id)
    refused = send(client, f"{URL}/{ready[0].id}/remove")
    removed = send(client, f"{URL}/{ready[1].id}/remove")

    assert (refused.status_code, removed.status_code) == (409, 303)
    assert len(phases.phases_of(db, call)) == 3


def test_the_end_is_typed_in_the_zone_of_the_call(client: Client, ready: list[ReviewPhase], db: DbSession) -> None:
    typed = {"name_en": "Alone", "sees_others": "after_own", "scores": "y", "ends_on": "2027-02-01", "ends_at": "18:00"}
    answer = send(client, f"{URL}/{ready[1].id}", **typed)
    db.refresh(ready[1])

    assert answer.status_code == 303
    assert ready[1].ends_at == datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
    assert ready[1].capabilities == Capabilities(scores=True, sees_others=Sees.AFTER_OWN)
    assert 'value="18:00"' in client.get(f"{URL}/{ready[1].id}").text


@pytest.mark.parametrize("end", [{"ends_on": "2027-02-01"}, {"ends_on": "2027-03-28", "ends_at": "02:30"}])
def test_an_end_that_is_no_moment_is_refused_where_it_was_typed(
    client: Client, ready: list[ReviewPhase], end: dict[str, str]
) -> None:
    answer = send(client, f"{URL}/{ready[1].id}", name_en="Alone", sees_others="never", **end)

    assert answer.status_code == 422
    assert "Alone" in answer.text


def test_a_frozen_call_keeps_its_phases(
    client: Client, ready: list[ReviewPhase], db: DbSession, call: Call, now: datetime
) -> None:
    call.frozen_at = now
    answer = send(client, f"{URL}/active", phase=ready[0].id)

    assert answer.status_code == 409
    assert active(db) == []


def test_a_phase_of_another_call_is_not_found(client: Client, ready: list[ReviewPhase], db: DbSession) -> None:
    other = factories.call(db, slug="other")
    db.commit()

    assert client.get(f"/console/calls/{other.slug}/phases/{ready[0].id}").status_code == 404
