"""Organisers decide about eligibility, give more time, and withdraw on a team's behalf; each can be taken back."""

from datetime import datetime

import pytest
from sqlalchemy import select

from registrar.applications.desk_models import Note
from registrar.applications.models import Application, GraceLink
from registrar.applications.rules import Lifecycle, Override
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from tests import factories
from tests.applications.desk.conftest import Desk
from tests.browsing import send
from tests.conftest import Client
from tests.pages import text


def act(client: Client, desk: Desk, application: Application, what: str, **fields: object) -> int:
    return send(client, f"{desk.page(application)}/{what}", desk.url, **fields).status_code


def fresh(db: DbSession, application: Application) -> Application:
    db.rollback()
    db.refresh(application)
    return application


def trail(db: DbSession, application: Application) -> list[str]:
    of = (AuditEntry.subject == "application", AuditEntry.subject_id == application.id)
    return list(db.scalars(select(AuditEntry.action).where(*of).order_by(AuditEntry.id)))


def test_an_organiser_admits_with_a_reason_and_lets_the_rules_decide_again(
    client: Client, db: DbSession, desk: Desk, now: datetime
) -> None:
    assert act(client, desk, desk.salt, "eligibility", decision="admitted", reason="A branch of a graduate.") == 303
    salt = fresh(db, desk.salt)
    assert (salt.eligibility, salt.eligibility_reason, salt.eligibility_at) == (
        Override.ADMITTED, "A branch of a graduate.", now,
    )  # fmt: skip
    assert "Admitted by Robin" in text(client.get(desk.page(salt)))

    assert act(client, desk, desk.salt, "eligibility/rules") == 303
    salt = fresh(db, desk.salt)
    assert (salt.eligibility, salt.eligibility_reason, salt.eligibility_at) == (None, "", None)
    assert trail(db, salt) == ["application.admit", "application.rules_decide"]
    assert 'value="A branch of a graduate."' in client.get(desk.page(salt)).text


@pytest.mark.parametrize(
    ("decision", "reason", "message"),
    [
        ("admitted", " ", "Give a reason, for your colleagues and for later."),
        ("", "A branch.", "Choose what you decide."),
        ("perhaps", "A branch.", "Not a valid choice"),
    ],
)
def test_a_decision_needs_its_reason_and_keeps_what_was_typed(
    client: Client, db: DbSession, desk: Desk, decision: str, reason: str, message: str
) -> None:
    answer = send(client, f"{desk.page(desk.salt)}/eligibility", desk.url, decision=decision, reason=reason)

    assert answer.status_code == 422
    assert message in text(answer)
    assert answer.text.count("A branch.") == reason.count("A branch.")
    assert fresh(db, desk.salt).eligibility is None


def test_notes_are_kept_removed_and_put_back(client: Client, db: DbSession, desk: Desk, now: datetime) -> None:
    assert act(client, desk, desk.salt, "notes", text="Call them.\nTwice.") == 303
    note = db.scalars(select(Note)).one()
    assert (note.text, note.created_at, note.removed_at) == ("Call them.\nTwice.", now, None)
    page = client.get(desk.page(desk.salt))
    assert "Call them. Twice. Robin, Mon 11 Jan, 10:00" in text(page)

    act(client, desk, desk.salt, f"notes/{note.id}/remove")
    assert "The note is removed." in text(client.get(desk.page(desk.salt)))
    assert "Call them." not in client.get(desk.page(desk.salt)).text
    act(client, desk, desk.salt, f"notes/{note.id}/restore")
    assert "Call them." in client.get(desk.page(desk.salt)).text
    assert trail(db, desk.salt) == ["application.note", "application.remove_note", "application.restore_note"]


def test_an_empty_note_and_one_of_another_application_are_refused(client: Client, db: DbSession, desk: Desk) -> None:
    note = factories.stored(db, Note(application_id=desk.salt.id, text="Call.", created_at=factories.NOW))

    assert act(client, desk, desk.salt, "notes", text="  ") == 422
    assert act(client, desk, desk.glass, f"notes/{note.id}/remove") == 404


def test_a_tag_is_put_on_and_taken_off_with_a_way_back(client: Client, db: DbSession, desk: Desk) -> None:
    assert act(client, desk, desk.salt, "tags", tag="Island") == 303
    assert act(client, desk, desk.salt, "tags", tag="a,b") == 422
    assert '<span class="tag">island</span>' in client.get(desk.page(desk.salt)).text
    assert act(client, desk, desk.salt, "tags/remove", tag="island") == 303
    assert "The tag is taken off." in text(client.get(desk.page(desk.salt)))
    assert trail(db, desk.salt) == ["application.tag", "application.untag"]


def test_a_link_for_more_time_goes_to_those_who_write_and_is_revoked(client: Client, db: DbSession, desk: Desk) -> None:
    until = "2027-01-25T18:00"
    assert act(client, desk, desk.salt, "more-time", until=until, why="Their server burnt down.") == 303
    link = db.scalars(select(GraceLink)).one()
    assert (link.until.isoformat(), link.reason, link.uses) == (
        "2027-01-25T17:00:00+00:00", "Their server burnt down.", 0,
    )  # fmt: skip
    mails = db.scalars(select(OutboxMail.key)).all()
    assert mails == [f"grace:{link.id}:{desk.salt.members[0].person_id}"]
    assert "Until Mon 25 Jan, 18:00 Not used yet" in text(client.get(desk.page(desk.salt)))

    assert act(client, desk, desk.salt, f"more-time/{link.id}/revoke") == 303
    assert act(client, desk, desk.salt, f"more-time/{link.id}/revoke") == 409
    assert act(client, desk, desk.glass, f"more-time/{link.id}/revoke") == 404
    assert "Revoked" in text(client.get(desk.page(desk.salt)))


@pytest.mark.parametrize(
    ("until", "why", "message"),
    [
        ("", "Fire.", "Say until when."),
        ("2027-01-25T18:00", "", "Give a reason, for your colleagues and for later."),
        ("2027-01-12T18:00", "Fire.", "Choose a moment after the team’s deadline that is still to come."),
        ("2028-01-12T18:00", "Fire.", "Choose a moment within the next 30 days."),
        ("soon", "Fire.", "Not a valid datetime value."),
    ],
)
def test_more_time_that_makes_no_sense_is_refused_and_nothing_typed_is_lost(
    client: Client, db: DbSession, desk: Desk, until: str, why: str, message: str
) -> None:
    answer = send(client, f"{desk.page(desk.salt)}/more-time", desk.url, until=until, why=why)

    assert answer.status_code == 422
    assert message in text(answer)
    assert db.scalars(select(GraceLink)).all() == []
    assert f'value="{why}"' in answer.text


def test_an_organiser_withdraws_for_the_team_and_takes_it_back(
    client: Client, db: DbSession, desk: Desk, now: datetime
) -> None:
    assert act(client, desk, desk.salt, "withdraw", because="They wrote us.", seen=1) == 303
    salt = fresh(db, desk.salt)
    assert (salt.state, salt.withdrawn_at, salt.version) == (Lifecycle.WITHDRAWN, now, 2)
    assert db.scalars(select(Note.text)).all() == ["They wrote us."]
    people = sorted(member.person_id for member in salt.members)
    assert sorted(db.scalars(select(OutboxMail.key))) == [f"withdrawn:{salt.id}:2:{each}" for each in people]

    assert act(client, desk, desk.salt, "restore", seen=2) == 303
    assert fresh(db, desk.salt).state is Lifecycle.SUBMITTED


def test_a_withdrawal_needs_a_reason_and_knows_what_has_changed(client: Client, db: DbSession, desk: Desk) -> None:
    assert act(client, desk, desk.salt, "withdraw", because="", seen=1) == 422
    assert act(client, desk, desk.salt, "withdraw", because="They wrote us.", seen=7) == 409
    assert fresh(db, desk.salt).state is Lifecycle.SUBMITTED


def test_it_stays_withdrawn_once_the_institution_has_begun_another(client: Client, db: DbSession, desk: Desk) -> None:
    factories.application(db, desk.call, institution_id=desk.gone.institution_id)
    answer = send(client, f"{desk.page(desk.gone)}/restore", desk.url, seen=1)

    assert answer.status_code == 409
    assert "The institution has begun another application to this call in the meantime." in text(answer)


def test_a_change_keeps_the_list_from_which_its_reader_came(client: Client, desk: Desk) -> None:
    answer = send(client, f"{desk.page(desk.salt)}/tags?sort=country", desk.url, tag="island")

    assert answer.location == f"{desk.page(desk.salt)}?sort=country#tags"
