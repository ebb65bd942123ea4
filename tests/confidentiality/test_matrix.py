"""Every route × role × phase × object: the answer that was to be expected, and no other."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.people.models import Person
from tests.confidentiality.conftest import Browse, MakeWorld
from tests.confidentiality.visiting import Answer, address, answer_of, changed, get, policy, post, rules, stored
from tests.confidentiality.world import MISSING, OTHER, REFERENCE, Phase, World

ROLES = ("nobody", "ana", "bea", "assigned", "elsewhere", "conflicted", "organiser", "barred", "admin")
OWN = {"ana": REFERENCE, "bea": OTHER}
ORGANISERS = ("organiser", "barred", "admin")
REVIEWERS = ("assigned", "elsewhere", "conflicted")
OBJECTS = (REFERENCE, OTHER, MISSING)
AT_TIMES = {"cohorts.offer", "applications.previous", "reviews_manage.release_letter"}
"""Pages that exist only at times: an offer or a letter before there is one is not there for anybody."""
ALIKE = {"reviews.take_again"}
"""Forms that tell everybody alike that there is nothing of theirs; `test_after_conflict` compares the words."""


def somebody(world: World, role: str) -> Staff | Person | None:
    found: Staff | Person | None = getattr(world, role, None)
    return found


def expected(policy: str, role: str, reference: str, phase: Phase) -> Answer:
    """Return what a role is to be answered about an application, by the policy of the route."""
    if policy == "applicant":
        if role not in OWN:
            return Answer.WAY_IN
        return Answer.GIVEN if OWN[role] == reference else Answer.GONE
    if role in ("nobody", *OWN):
        return Answer.WAY_IN
    if policy == "staff:organiser":
        return _expected_of_organiser(role, reference)
    is_theirs = role == "assigned" and reference == REFERENCE and phase is not Phase.NONE
    return Answer.GIVEN if is_theirs else Answer.GONE


def _expected_of_organiser(role: str, reference: str) -> Answer:
    if role in REVIEWERS:
        return Answer.REFUSED
    return Answer.GONE if reference == MISSING or (role == "barred" and reference == REFERENCE) else Answer.GIVEN


def visits(app: Flask, world: World, role: str, phase: Phase, method: str) -> Iterator[tuple[Rule, str, Answer]]:
    """Yield every address that speaks of an application, with the answer to expect."""
    for rule in rules(app, method, named="reference"):
        if (declared := policy(app, rule)) != "public":
            for reference in OBJECTS:
                yield rule, address(app, rule, world, reference), expected(declared, role, reference, phase)


def is_as_expected(rule: Rule, wanted: Answer, got: Answer) -> bool:
    """Tell whether an answer is the one to expect; a part of an application that is not there is gone for everybody."""
    may_be_gone = bool(rule.arguments - {"reference", "slug"}) or rule.endpoint in AT_TIMES
    if wanted is Answer.GONE and rule.endpoint in ALIKE:
        return got is Answer.GIVEN
    return got is wanted or (wanted is Answer.GIVEN and got is Answer.GONE and may_be_gone)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", Phase)
def test_every_page_of_an_application_answers_as_the_role_may_expect(
    app: Flask, make_world: MakeWorld, browse: Browse, role: str, phase: Phase
) -> None:
    world = make_world(phase)
    client = browse(somebody(world, role))
    seen = [
        (path, wanted, got)
        for rule, path, wanted in visits(app, world, role, phase, "GET")
        if not is_as_expected(rule, wanted, got := answer_of(get(client, path)))
    ]

    assert seen == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", Phase)
def test_nobody_changes_what_is_not_theirs(
    app: Flask, db: DbSession, make_world: MakeWorld, browse: Browse, role: str, phase: Phase
) -> None:
    world = make_world(phase)
    client = browse(somebody(world, role))
    refused = [each for each in visits(app, world, role, phase, "POST") if each[2] is not Answer.GIVEN]
    before = stored(db)
    seen = [
        (path, wanted, got)
        for rule, path, wanted in refused
        if not is_as_expected(rule, wanted, got := answer_of(post(client, path)))
    ]

    assert (seen, changed(before, stored(db))) == ([], [])


def test_the_matrix_covers_what_it_says(app: Flask) -> None:
    pages, forms = rules(app, "GET", named="reference"), rules(app, "POST", named="reference")

    assert len(pages) > 12
    assert len(forms) > 25
    assert {policy(app, each) for each in (*pages, *forms)} <= {"applicant", "staff:organiser", "staff:reviewer"}
