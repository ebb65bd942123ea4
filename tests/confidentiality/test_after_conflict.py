"""After a conflict every answer equals that for an application which does not exist, and no count betrays it."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.db import DbSession
from registrar.reviews.decision_models import Scenario
from registrar.reviews.models import Assignment
from tests.confidentiality.conftest import Browse, MakeWorld
from tests.confidentiality.visiting import address, changed, get, policy, post, rules, settled, stored
from tests.confidentiality.world import MISSING, OTHER, REFERENCE, Phase, World
from tests.conftest import Client

ROLES = ("conflicted", "barred")
NUMBERS = range(1, 6)
"""Of reviewers, phases, criteria and scenarios: more than there are of each."""
OF_THE_CALL = ("/console/calls/", "/reviews", "/console")


def person(world: World, role: str) -> Staff:
    found: Staff = getattr(world, role)
    return found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", Phase)
def test_every_address_of_it_answers_as_if_it_did_not_exist(
    app: Flask, make_world: MakeWorld, browse: Browse, role: str, phase: Phase
) -> None:
    world = make_world(phase)
    client = browse(person(world, role))
    get(client, "/sign-in")
    seen = []
    for method, visit in (("GET", get), ("POST", post)):
        for rule in rules(app, method, named="reference"):
            barred, missing = (
                settled(visit(client, address(app, rule, world, each)), each) for each in (REFERENCE, MISSING)
            )
            seen += [(method, str(rule))] if barred != missing else []

    assert seen == []


@pytest.mark.parametrize("phase", Phase)
def test_an_organiser_in_conflict_reaches_nothing_of_it_by_a_number(
    db: DbSession, make_world: MakeWorld, browse: Browse, phase: Phase
) -> None:
    world = make_world(phase)
    conflicts = db.scalars(select(Conflict.id).where(Conflict.application_id == world.application.id)).all()
    tasks = db.scalars(select(Assignment.id).where(Assignment.application_id == world.application.id)).all()
    console = f"/console/calls/{world.call.slug}"
    paths = [(f"{console}/conflicts/{{}}", each) for each in conflicts]
    paths += [(f"{console}/assignments/{{}}/remove", each) for each in tasks]
    client = browse(world.barred)
    post(client, "/sign-in")
    before = stored(db)
    seen = []
    for path, number in paths:
        theirs, missing = path.format(number), path.format(9)
        is_alike = settled(post(client, theirs), theirs) == settled(post(client, missing), missing)
        seen += [] if is_alike else [theirs]

    assert (len(paths), seen, changed(before, stored(db))) == (5, [], [])


def addresses(app: Flask, world: World) -> list[str]:
    """Return what staff read of the call: its lists, counts, averages and neighbours."""
    wanted = [rule for rule in rules(app, "GET") if policy(app, rule).startswith("staff:")]
    paths = [address(app, rule, world, OTHER) for rule in wanted if rule.arguments <= {"slug", "reference"}]
    numbered = [rule for rule in wanted if rule.arguments == {"slug", "number"}]
    url = app.url_map.bind("").build
    paths += [url(rule.endpoint, {"slug": world.call.slug, "number": each}) for rule in numbered for each in NUMBERS]
    return [path for path in paths if path.startswith(OF_THE_CALL)]


def pages(client: Client, paths: list[str]) -> dict[str, tuple[int, str, bytes]]:
    return {path: settled(get(client, path)) for path in paths}


@pytest.mark.parametrize("role", ROLES)
def test_no_list_count_or_average_tells_that_it_is_there(
    app: Flask, db: DbSession, make_world: MakeWorld, browse: Browse, role: str
) -> None:
    world = make_world(Phase.OPEN)
    client, paths = browse(person(world, role)), addresses(app, world)
    pages(client, paths)
    with_it = pages(client, paths)
    db.execute(delete(Scenario))  # one that was computed with it does not exist either
    db.execute(delete(Application).where(Application.id == world.application.id))
    db.commit()
    without = pages(client, paths)

    assert [path for path in with_it if with_it[path] != without[path]] == []
    assert len(with_it) > 20
