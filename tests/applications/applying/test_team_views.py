"""The team's page: invite, change roles, remove, leave, let in; one lead stays."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.applications.models import Application, Invitation, JoinRequest, Member
from registrar.applications.rules import INVITATION_LASTS, MOST_MEMBERS, RequestOutcome, TeamRole
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.tokens import Tokens
from tests import factories
from tests.applications.ways import invited_path, mails
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.weekly.browsing import enter, press

RUI = "rui@museum.example"


def post(client: Client, application: Application, path: str = "", **fields: object) -> TestResponse:
    return press(client, f"/applications/{application.reference}/team{path}", seen_on="/applications/link", **fields)


def roles(db: DbSession, application: Application) -> dict[int, TeamRole]:
    db.expire_all()
    members = db.scalars(select(Member).where(Member.application_id == application.id))
    return {member.person_id: member.role for member in members}


def invitation(db: DbSession) -> Invitation:
    db.expire_all()
    return db.scalars(select(Invitation).order_by(Invitation.id.desc())).first() or pytest.fail("nobody was invited")


@pytest.fixture
def rui(db: DbSession, application: Application) -> Person:
    """An editor of Ana's team."""
    person = factories.person(db, name="Rui Costa", email=RUI)
    factories.member(db, application, person)
    return person


@pytest.fixture
def guest(db: DbSession, application: Application) -> Invitation:
    return factories.invitation(db, application, email="eva@museum.example")


def test_an_invitation_is_kept_with_one_mail_and_one_audit_entry(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    answer = post(client, application, email="Rui@Museum.example", role="reader")

    found = invitation(db)
    assert (answer.status_code, answer.location) == (303, f"/applications/{application.reference}/team")
    assert (found.email_key, found.role, found.invited_by_id) == (RUI, TeamRole.READER, ana.id)
    assert [mail.key for mail in mails(db, "invitation")] == [f"invited:{found.id}:1"]
    audit = db.scalars(select(AuditEntry)).one()
    assert (audit.actor, audit.action, audit.subject_id) == (f"person:{ana.id}", "application.invite", application.id)
    assert RUI not in repr(audit.details)


@pytest.mark.parametrize(
    ("email", "status", "words"),
    [
        ("rui@museum", 422, "Enter an e-mail address like name@example.org."),
        (RUI, 409, "This person is on your team already."),
        ("eva@museum.example", 409, "This address was invited already."),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_at_its_field(
    client: Client, db: DbSession, application: Application, rui: Person, guest: Invitation, email: str, status: int,
    words: str,
) -> None:  # fmt: skip
    answer = post(client, application, email=email, role="editor")

    assert (answer.status_code, words in text(answer), f'value="{email}"' in answer.text) == (status, True, True)
    assert mails(db, "invitation") == []


def test_a_team_has_at_most_20_people_those_invited_among_them(
    client: Client, db: DbSession, application: Application
) -> None:
    for _ in range(MOST_MEMBERS - 2):
        factories.member(db, application, factories.person(db))
    assert post(client, application, email="a@museum.example", role="editor").status_code == 303

    assert post(client, application, email="b@museum.example", role="editor").status_code == 409


def test_an_address_gets_three_invitations_a_day_over_all_teams(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    for number in range(4):
        museum = factories.application(db, factories.call(db), lead=ana)
        assert post(client, museum, email=RUI, role="editor").status_code == (303 if number < 3 else 409)


def test_an_invitation_is_sent_again_after_five_minutes(
    client: Client, db: DbSession, application: Application, guest: Invitation, clock: TestClock
) -> None:
    post(client, application, f"/invitations/{guest.id}/resend")
    assert mails(db, "invitation") == []
    clock.advance(minutes=5)
    post(client, application, f"/invitations/{guest.id}/resend")

    assert [mail.key for mail in mails(db, "invitation")] == [f"invited:{guest.id}:2"]


def test_an_invitation_taken_back_leads_nowhere_and_its_mail_does_not_leave(
    app: Flask, client: Client, db: DbSession, application: Application
) -> None:
    post(client, application, email=RUI, role="editor")
    found = invitation(db)
    post(client, application, f"/invitations/{found.id}/revoke")

    assert [mail.state for mail in mails(db, "invitation")] == ["cancelled"]
    assert client.get(invited_path(app, invitation(db))).status_code == 410
    assert post(client, application, email=RUI, role="editor").status_code == 303


def test_invitations_and_requests_of_another_team_are_not_touched(
    client: Client, db: DbSession, application: Application
) -> None:
    other = factories.application(db, application.call)
    theirs = factories.invitation(db, other)
    asked = factories.stored(
        db, JoinRequest(application_id=other.id, person_id=factories.person(db).id, asked_at=factories.NOW)
    )

    assert post(client, application, f"/invitations/{theirs.id}/revoke").status_code == 404
    assert post(client, application, f"/requests/{asked.id}/accept").status_code == 404


def test_a_lead_changes_roles_and_removes(
    client: Client, db: DbSession, application: Application, ana: Person, rui: Person, tokens: Tokens, clock: TestClock
) -> None:
    post(client, application, f"/members/{rui.id}/role", role="reader")
    assert roles(db, application) == {ana.id: TeamRole.LEAD, rui.id: TeamRole.READER}

    post(client, application, f"/members/{rui.id}/remove")
    assert roles(db, application) == {ana.id: TeamRole.LEAD}
    enter(client, tokens, rui, clock)
    assert client.get(f"/applications/{application.reference}").status_code == 404


def test_who_was_removed_is_put_back_in_their_role_by_one_press(
    client: Client, db: DbSession, application: Application, ana: Person, rui: Person
) -> None:
    post(client, application, f"/members/{rui.id}/role", role="reader")
    post(client, application, f"/members/{rui.id}/remove")
    undo = f"/applications/{application.reference}/team/members/{rui.id}/put-back"
    assert undo in client.get(f"/applications/{application.reference}/team").text

    post(client, application, f"/members/{rui.id}/put-back")
    assert roles(db, application) == {ana.id: TeamRole.LEAD, rui.id: TeamRole.READER}
    assert "on the team again" in text(client.get(f"/applications/{application.reference}/team"))


def test_nobody_is_put_back_who_left_or_was_on_another_team(
    client: Client, db: DbSession, application: Application, ana: Person, rui: Person, tokens: Tokens, clock: TestClock
) -> None:
    other, eva = factories.application(db, application.call, lead=ana), factories.person(db, name="Eva Lang")
    factories.member(db, other, eva)
    post(client, other, f"/members/{eva.id}/remove")
    post(client, application, f"/members/{rui.id}/remove")
    post(client, application, f"/members/{rui.id}/put-back")
    enter(client, tokens, rui, clock)
    post(client, application, "/leave")
    enter(client, tokens, ana, clock)

    for person_id in (rui.id, eva.id, 999_999):
        post(client, application, f"/members/{person_id}/put-back")
        assert "cannot be put back" in text(client.get(f"/applications/{application.reference}/team"))
    assert roles(db, application) == {ana.id: TeamRole.LEAD}


@pytest.mark.parametrize("path", ["/leave", "/members/{}/role", "/members/{}/remove"])
def test_the_last_lead_stays(
    client: Client, db: DbSession, application: Application, ana: Person, rui: Person, path: str
) -> None:
    post(client, application, path.format(ana.id), role="editor")

    assert roles(db, application)[ana.id] is TeamRole.LEAD
    assert "A team needs a lead." in text(client.get(f"/applications/{application.reference}/team"))


def test_a_lead_leaves_once_there_is_another(
    client: Client, db: DbSession, application: Application, ana: Person, rui: Person
) -> None:
    post(client, application, f"/members/{rui.id}/role", role="lead")
    answer = post(client, application, "/leave")

    assert (answer.location, roles(db, application)) == ("/applications", {rui.id: TeamRole.LEAD})


def test_a_request_to_join_is_accepted_once(
    client: Client, db: DbSession, application: Application, ana: Person
) -> None:
    eva = factories.person(db, name="Eva Lang")
    asked = factories.stored(db, JoinRequest(application_id=application.id, person_id=eva.id, asked_at=factories.NOW))
    assert "Eva Lang" in text(client.get(f"/applications/{application.reference}/team"))

    post(client, application, f"/requests/{asked.id}/accept")
    post(client, application, f"/requests/{asked.id}/decline")

    db.expire_all()
    assert roles(db, application) == {ana.id: TeamRole.LEAD, eva.id: TeamRole.EDITOR}
    assert asked.outcome is RequestOutcome.JOINED


def test_a_request_to_join_is_declined(client: Client, db: DbSession, application: Application, ana: Person) -> None:
    eva = factories.person(db, name="Eva Lang")
    asked = factories.stored(db, JoinRequest(application_id=application.id, person_id=eva.id, asked_at=factories.NOW))

    post(client, application, f"/requests/{asked.id}/decline")

    db.expire_all()
    assert (asked.outcome, list(roles(db, application))) == (RequestOutcome.DECLINED, [ana.id])


def test_looking_at_an_invitation_changes_nothing_and_says_to_which_team(
    app: Flask, client: Client, db: DbSession, application: Application, guest: Invitation
) -> None:
    client.delete_cookie("personal")
    answer = client.get(invited_path(app, guest))

    assert (answer.status_code, invitation(db).used_at) == (200, None)
    assert "Join the team of Musée du Sel" in text(answer)


def test_the_button_joins_the_team_with_the_role_and_opens_the_application(
    app: Flask, client: Client, db: DbSession, application: Application, guest: Invitation
) -> None:
    client.delete_cookie("personal")
    path = invited_path(app, guest)
    first = press(client, path, seen_on=path, name="Eva Lang", timezone="Europe/Berlin", language="fr")
    second = press(client, path, seen_on="/applications/link", name="Eva Lang", timezone="", language="en")

    eva = db.scalars(select(Person).where(Person.email_key == guest.email_key)).one()
    assert [each.location for each in (first, second)] == [f"/applications/{application.reference}"] * 2
    assert (eva.name, eva.timezone, eva.locale) == ("Eva Lang", "Europe/Berlin", "fr")
    assert roles(db, application)[eva.id] is TeamRole.EDITOR
    assert client.get(f"/applications/{application.reference}").status_code == 200


def test_a_name_is_asked_for(app: Flask, client: Client, db: DbSession, guest: Invitation) -> None:
    client.delete_cookie("personal")
    path = invited_path(app, guest)

    assert press(client, path, seen_on=path, name=" ", language="en").status_code == 422
    assert invitation(db).used_at is None


def test_an_invitation_ends_after_30_days_and_is_mailed_again_to_its_own_address(
    app: Flask, client: Client, db: DbSession, guest: Invitation, clock: TestClock
) -> None:
    path = invited_path(app, guest)
    clock.now += INVITATION_LASTS
    assert client.get(path).status_code == 410

    answer = press(client, f"{path}/fresh", seen_on=path)

    assert answer.location == "/applications/link/sent"
    assert [mail.invitation_id for mail in mails(db, "invitation")] == [guest.id]
    assert client.get(path).status_code == 410
    assert client.get(invited_path(app, invitation(db))).status_code == 200


def test_an_invitation_to_a_withdrawn_application_leads_nowhere(
    app: Flask, client: Client, application: Application, guest: Invitation
) -> None:
    application.state, application.withdrawn_at = "withdrawn", factories.NOW  # type: ignore[assignment]  # as stored

    assert client.get(invited_path(app, guest)).status_code == 410


def test_a_used_invitation_lets_nobody_in_later(
    app: Flask, client: Client, db: DbSession, application: Application, guest: Invitation, clock: TestClock
) -> None:
    client.delete_cookie("personal")
    path = invited_path(app, guest)
    press(client, path, seen_on=path, name="Eva Lang", language="en")
    client.delete_cookie("personal")
    clock.now += timedelta(minutes=6)

    assert press(client, path, seen_on="/applications/link", name="Eva Lang", language="en").status_code == 410
    assert client.get(f"/applications/{application.reference}").location == "/applications/link"


def test_a_removed_person_does_not_come_back_by_a_used_invitation(
    app: Flask, client: Client, db: DbSession, application: Application, guest: Invitation, ana: Person,
    tokens: Tokens, clock: TestClock,
) -> None:  # fmt: skip
    path = invited_path(app, guest)
    press(client, path, seen_on=path, name="Eva Lang", language="en")
    eva = db.scalars(select(Person).where(Person.email_key == guest.email_key)).one()
    enter(client, tokens, ana, clock)
    post(client, application, f"/members/{eva.id}/remove")
    client.delete_cookie("personal")

    assert press(client, path, seen_on="/applications/link", name="Eva Lang", language="en").status_code == 410
    assert list(roles(db, application)) == [ana.id]
