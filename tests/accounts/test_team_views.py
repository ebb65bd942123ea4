"""Administrators manage the team, and cannot lock themselves out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from registrar.accounts import operations
from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.rules import Role
from registrar.db import DbSession, alchemy
from registrar.errors import Refusal
from registrar.mail.models import OutboxMail
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client

TEAM = "/console/team"


@pytest.fixture
def admin(client: Client, db: DbSession, tokens: Tokens) -> Staff:
    """The administrator who is signed in on the client."""
    staff = factories.staff(db, Role.ADMIN, name="Ada")
    sign_in(client, tokens, staff)
    return staff


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.REVIEWER])
def test_only_administrators_manage_the_team(role: Role, client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, role))

    assert client.get(TEAM).status_code == 403
    assert send(client, TEAM, name="Eve", email="eve@example.org", role="admin", locale="en").status_code == 403


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(TEAM).location == "/sign-in?next=team.index"


def test_an_invited_member_gets_one_letter(client: Client, db: DbSession, admin: Staff) -> None:
    answer = send(client, TEAM, name="Noor", email="noor@example.org", role="organiser", locale="fr")

    member = db.scalars(select(Staff).where(Staff.email_key == "noor@example.org")).one()
    assert (answer.status_code, answer.location) == (303, TEAM)
    assert (member.name, member.role, member.locale) == ("Noor", Role.ORGANISER, "fr")
    assert [(m.kind, m.staff_id) for m in db.scalars(select(OutboxMail))] == [("accounts.invitation", member.id)]


def test_an_address_of_the_team_is_refused_at_its_field(client: Client, db: DbSession, admin: Staff) -> None:
    factories.staff(db, email="noor@example.org")

    answer = send(client, TEAM, name="Noor", email="NOOR@example.org", role="organiser", locale="en")

    assert answer.status_code == 422
    assert "There is already a member of the team with this address." in answer.text
    assert 'value="Noor"' in answer.text


def test_a_new_role_ends_every_sign_in_of_the_member(
    client: Client, app: Flask, db: DbSession, tokens: Tokens, admin: Staff
) -> None:
    member = factories.staff(db, Role.REVIEWER)
    other = Client(app, app.response_class, use_cookies=True)
    other.db = db
    sign_in(other, tokens, member)

    answer = send(client, f"{TEAM}/{member.id}/role", role="organiser")

    db.refresh(member)
    assert (answer.status_code, member.role) == (303, Role.ORGANISER)
    assert other.get("/reviews").status_code == 303


def test_the_last_administrator_stays(client: Client, db: DbSession, admin: Staff) -> None:
    closed = send(client, f"{TEAM}/{admin.id}/deactivate")
    demoted = send(client, f"{TEAM}/{admin.id}/role", role="organiser")

    db.refresh(admin)
    assert (closed.status_code, demoted.status_code) == (409, 409)
    assert "This is the last administrator." in closed.text
    assert (admin.role, admin.deactivated_at) == (Role.ADMIN, None)


def test_two_administrators_who_remove_each_other_leave_one(app: Flask, db: DbSession, now: datetime) -> None:
    ids = [factories.staff(db, Role.ADMIN).id for _ in range(2)]
    db.commit()
    with app.app_context():
        engine = alchemy.engine

    def remove(staff_id: int) -> str:
        with DbSession(engine) as session:
            try:
                operations.deactivate(session, session.get_one(Staff, staff_id), by="command", now=now)
                session.commit()
            except Refusal:
                return "refused"
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(remove, ids))

    assert answers == ["refused", "removed"]
    assert db.scalar(select(func.count(Staff.id)).where(Staff.deactivated_at.is_(None))) == 1


def test_a_closed_account_can_be_opened_again(client: Client, db: DbSession, admin: Staff) -> None:
    member = factories.staff(db, name="Noor")

    closed = send(client, f"{TEAM}/{member.id}/deactivate")
    page = client.get(TEAM)
    opened = send(client, f"{TEAM}/{member.id}/reactivate")

    db.refresh(member)
    assert (closed.status_code, opened.status_code, member.deactivated_at) == (303, 303, None)
    assert "Noor can no longer sign in." in page.text


def test_signing_a_member_out_everywhere_ends_their_sessions(
    client: Client, app: Flask, db: DbSession, tokens: Tokens, admin: Staff, now: datetime
) -> None:
    member = factories.staff(db, Role.REVIEWER)
    other = Client(app, app.response_class, use_cookies=True)
    other.db = db
    sign_in(other, tokens, member)

    send(client, f"{TEAM}/{member.id}/end-sessions")

    assert other.get("/reviews").status_code == 303
    assert (
        db.scalar(select(func.count()).where(StaffSession.staff_id == member.id, StaffSession.ended_at.is_(None))) == 0
    )


def test_a_link_for_someone_who_never_came_is_the_invitation_again(client: Client, db: DbSession, admin: Staff) -> None:
    member = factories.staff(db)

    send(client, f"{TEAM}/{member.id}/link")

    assert [(m.kind, m.staff_id) for m in db.scalars(select(OutboxMail))] == [("accounts.invitation", member.id)]


def test_a_member_who_is_not_there_is_not_found(client: Client, admin: Staff) -> None:
    assert send(client, f"{TEAM}/999/deactivate").status_code == 404
