"""Words that must stay secret, searched in every answer, mail and log line that the wrong people could read."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.rules import Verdict
from registrar.db import DbSession
from registrar.mail.models import LocalMail
from registrar.mail.worker import Worker
from registrar.people.models import Person
from registrar.reviews import releasing
from registrar.reviews.rehearsing import dry_run
from tests import factories
from tests.confidentiality.conftest import Browse, MakeWorld
from tests.confidentiality.visiting import address, get, leaks, rules
from tests.confidentiality.world import (
    ANSWER,
    COMMENT,
    COMMITTEE,
    FEEDBACK,
    FILE,
    INSTITUTION,
    INTEREST,
    NOTE,
    OF_REVIEWS,
    ORGANISERS,
    OTHER,
    PERSON,
    REASON,
    REFERENCE,
    REVIEWER,
    SCORES,
    Phase,
    World,
)  # fmt: skip
from tests.conftest import Client

OF_OTHERS = (COMMENT, NOTE, FEEDBACK, COMMITTEE, ORGANISERS, REASON, INTEREST)
"""What a reviewer who has not submitted learns nothing of."""
IDENTITY = (INSTITUTION, PERSON, FILE)
WHOLE = (ANSWER, FILE, *OF_OTHERS)
"""Everything of an application that exists no longer for somebody with a conflict."""


def found(app: Flask, client: Client, world: World, reference: str, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return every page, with the words of these that it holds, for a person who opens every address there is."""
    paths = (address(app, rule, world, reference) for rule in rules(app, "GET"))
    return [(path, word) for path in paths for word in leaks(get(client, path), words)]


@pytest.mark.parametrize("role", ["nobody", "ana", "bea"])
def test_no_applicant_learns_anything_of_the_review(
    app: Flask, make_world: MakeWorld, browse: Browse, caplog: pytest.LogCaptureFixture, role: str
) -> None:
    world = make_world(Phase.OPEN)
    who: Person | None = getattr(world, role, None)
    caplog.set_level(logging.DEBUG)

    assert found(app, browse(who), world, REFERENCE, (*OF_REVIEWS, *SCORES)) == []
    assert [word for word in (*OF_REVIEWS, *SCORES) if word in caplog.text] == []


def test_another_applicant_learns_nothing_of_the_application(app: Flask, make_world: MakeWorld, browse: Browse) -> None:
    world = make_world(Phase.OPEN)

    assert found(app, browse(world.bea), world, REFERENCE, (ANSWER, FILE, PERSON)) == []


@pytest.mark.parametrize("phase", Phase)
def test_a_reviewer_who_has_not_submitted_learns_nothing_of_the_others(
    app: Flask, make_world: MakeWorld, browse: Browse, phase: Phase
) -> None:
    world = make_world(phase)

    assert found(app, browse(world.assigned), world, REFERENCE, OF_OTHERS) == []


def test_a_blind_reviewer_learns_nobodys_name(app: Flask, make_world: MakeWorld, browse: Browse) -> None:
    world = make_world(Phase.BLIND)
    client = browse(world.assigned)

    assert found(app, client, world, REFERENCE, IDENTITY) == []
    assert leaks(get(client, "/reviews"), (REFERENCE,)) == [REFERENCE]


def test_a_private_note_is_its_authors_alone(app: Flask, make_world: MakeWorld, browse: Browse) -> None:
    world = make_world(Phase.OPEN)
    readers = (world.organiser, world.admin, world.assigned, world.elsewhere)

    assert [leak for who in readers for leak in found(app, browse(who), world, REFERENCE, (NOTE,))] == []


@pytest.mark.parametrize("role", ["conflicted", "barred", "elsewhere"])
@pytest.mark.parametrize("reference", [REFERENCE, OTHER])
def test_who_has_a_conflict_or_another_call_learns_nothing_on_any_page(
    app: Flask, make_world: MakeWorld, browse: Browse, role: str, reference: str
) -> None:
    world = make_world(Phase.OPEN)
    who: Staff = getattr(world, role)

    assert found(app, browse(who), world, reference, WHOLE) == []


def test_the_canaries_sing_for_those_who_may_hear_them(app: Flask, make_world: MakeWorld, browse: Browse) -> None:
    world = make_world(Phase.OPEN)
    heard = {word for _, word in found(app, browse(world.organiser), world, REFERENCE, (ANSWER, COMMENT, REASON))}

    assert heard == {ANSWER, COMMENT, REASON}


def test_no_mail_tells_of_the_review_before_a_release_or_after_it(
    app: Flask, db: DbSession, make_world: MakeWorld
) -> None:
    world = make_world(Phase.OPEN)
    deliver(app)
    before = mails(db)
    with app.app_context():
        release(db, world)
    deliver(app)
    secret = (REVIEWER, COMMENT, NOTE, FEEDBACK, REASON, COMMITTEE, ORGANISERS, INTEREST)

    assert [to for to, _ in before if to in (world.ana.email, world.bea.email)] == []
    assert sorted(to for to, _ in mails(db) if to in (world.ana.email, world.bea.email)) == sorted(
        (world.ana.email, world.bea.email)
    )
    assert [(to, word) for to, raw in mails(db) for word in secret if word.encode() in raw] == []


def deliver(app: Flask) -> None:
    with app.app_context():
        Worker(None).run_once(factories.NOW)


def mails(db: DbSession) -> list[tuple[str, bytes]]:
    db.expire_all()
    return [(each.recipient, each.raw) for each in db.scalars(select(LocalMail).order_by(LocalMail.id))]


def release(db: DbSession, world: World) -> None:
    """Release Ana's place and Bea's refusal."""
    factories.decision(db, world.other, Verdict.DECLINE)
    until = factories.NOW.replace(year=2028)
    run = dry_run(db, world.call, offers_until=until, now=factories.NOW)
    releasing.release(
        db, world.call.id, fingerprint=run.fingerprint, offers_until=until, by="staff:1", now=factories.NOW
    )
    db.commit()
