"""More time: asked for once, given by a link, used as often as it allows and no longer than it lasts."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.applications import grace
from registrar.applications.models import Application, GraceLink
from registrar.applications.rules import GRACE_LINK_LONGEST, Lifecycle, TeamRole
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict, Refusal
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.applications.ways import grace_path, mails
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.weekly.browsing import enter, press


@pytest.fixture
def missed(
    client: Client, application: Application, clock: TestClock, ana: Person, tokens: Tokens
) -> Callable[[], datetime]:
    """Ana is here after the deadline."""
    clock.now = application.call.closes_at + application.call.grace
    enter(client, tokens, ana, clock)
    return lambda: clock.now


@pytest.fixture
def link(db: DbSession, application: Application, missed: Callable[[], datetime]) -> GraceLink:
    """Two more days, once."""
    found = grace.give(db, application, missed() + timedelta(days=2), "Power cut.", "staff:1", missed())
    db.commit()
    return found


def ask(client: Client, application: Application, reason: str = "The power went out.") -> TestResponse:
    page = f"/applications/{application.reference}/more-time"
    return press(client, page, seen_on="/applications/link", reason=reason)


def use(client: Client, path: str) -> TestResponse:
    return press(client, path, seen_on="/applications/link")


def test_more_time_is_asked_for_once(
    client: Client, db: DbSession, application: Application, missed: Callable[[], datetime], ana: Person
) -> None:
    assert ask(client, application, " ").status_code == 422
    assert [ask(client, application).status_code for _ in range(2)] == [303, 303]

    db.refresh(application)
    assert (application.grace_asked, application.grace_asked_at) == ("The power went out.", missed())
    assert [(each.actor, each.action) for each in db.scalars(select(AuditEntry))] == [
        (f"person:{ana.id}", "application.ask_for_time")
    ]


def test_before_the_deadline_and_after_submitting_nothing_is_asked(
    client: Client, db: DbSession, application: Application, clock: TestClock
) -> None:
    answer = client.get(f"/applications/{application.reference}/more-time")
    sent = factories.submitted(db, application.call)

    assert answer.location == f"/applications/{application.reference}"
    assert grace.may_ask(application, application.call.closes_at + timedelta(days=1))
    assert not grace.may_ask(sent, application.call.closes_at + timedelta(days=1))


def test_a_link_is_mailed_to_all_who_may_write(
    db: DbSession, application: Application, ana: Person, now: datetime
) -> None:
    rui, reader = factories.person(db), factories.person(db)
    factories.member(db, application, rui)
    factories.member(db, application, reader, role=TeamRole.READER)
    until = application.call.closes_at + timedelta(days=2)
    found = grace.give(db, application, until, " Power cut. ", "staff:1", now)
    db.commit()

    assert (found.until, found.reason, found.uses, found.most_uses) == (until, "Power cut.", 0, 1)
    assert [mail.key for mail in mails(db, "grace")] == [
        f"grace:{found.id}:{person.id}" for person in sorted((ana, rui), key=lambda each: each.id)
    ]
    assert application.extended_until is None


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (timedelta(0), "Power cut."),
        (timedelta(days=2), " "),
        (GRACE_LINK_LONGEST + timedelta(seconds=1), "Power cut."),
    ],
)
def test_a_link_that_gives_nothing_or_too_much_is_refused(
    db: DbSession, application: Application, missed: Callable[[], datetime], until: timedelta, reason: str
) -> None:
    with pytest.raises(Refusal):
        grace.give(db, application, missed() + until, reason, "staff:1", missed())


def test_a_withdrawn_application_gets_no_time(db: DbSession, application: Application, now: datetime) -> None:
    application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now
    db.commit()

    with pytest.raises(Refusal):
        grace.give(db, application, now + timedelta(days=20), "Power cut.", "staff:1", now)


def test_looking_at_the_link_changes_nothing(
    app: Flask, client: Client, db: DbSession, application: Application, link: GraceLink
) -> None:
    answer = client.get(grace_path(app, link))

    db.refresh(application)
    db.refresh(link)
    assert (answer.status_code, link.uses, application.extended_until) == (200, 0, None)


def test_the_button_extends_the_deadline_of_the_team_once(
    app: Flask, client: Client, db: DbSession, application: Application, link: GraceLink
) -> None:
    path = grace_path(app, link)
    first, second = use(client, path), use(client, path)

    db.refresh(application)
    db.refresh(link)
    assert (first.location, second.status_code) == (f"/applications/{application.reference}", 410)
    assert (link.uses, application.extended_until) == (1, link.until)
    assert "The extra time was taken already" in text(second)


def test_the_team_finds_the_extra_time_on_its_own_page(
    client: Client, application: Application, link: GraceLink
) -> None:
    page = client.get(f"/applications/{application.reference}")

    assert ["Take the extra time" in page.text, "/grace/" in page.text] == [True, True]


def test_a_link_may_be_used_as_often_as_it_says(
    db: DbSession, application: Application, missed: Callable[[], datetime]
) -> None:
    link = grace.give(db, application, missed() + timedelta(days=2), "Power cut.", "staff:1", missed(), most_uses=2)
    for _ in range(2):
        grace.use(db, link.id, actor="anyone", now=missed())

    with pytest.raises(Conflict):
        grace.use(db, link.id, actor="anyone", now=missed())
    assert link.uses == 2


def test_an_extension_that_is_longer_already_stays(
    db: DbSession, application: Application, link: GraceLink, missed: Callable[[], datetime]
) -> None:
    longer = link.until + timedelta(days=1)
    application.extended_until = longer
    db.commit()

    assert grace.use(db, link.id, actor="anyone", now=missed()).extended_until == longer


def test_a_link_ends_with_the_time_that_it_gives(
    app: Flask, client: Client, db: DbSession, application: Application, link: GraceLink, clock: TestClock
) -> None:
    clock.now = link.until
    path = grace_path(app, link)

    assert (client.get(path).status_code, use(client, path).status_code) == (410, 410)
    db.refresh(application)
    assert application.extended_until is None


def test_a_revoked_link_gives_nothing_and_its_mail_does_not_leave(
    app: Flask, client: Client, db: DbSession, application: Application, link: GraceLink, clock: TestClock
) -> None:
    grace.revoke(db, link.id, by="staff:1", now=clock.now)
    db.commit()

    assert use(client, grace_path(app, link)).status_code == 410
    assert [mail.state for mail in mails(db, "grace")] == ["cancelled"]
    with pytest.raises(Conflict):
        grace.revoke(db, link.id, by="staff:1", now=clock.now)


def test_a_forged_link_leads_nowhere(app: Flask, client: Client, link: GraceLink) -> None:
    assert client.get(grace_path(app, link) + "x").status_code == 404
