"""What is mailed about applications: what each letter says, and when it is no longer needed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registrar.applications.models import Application, GraceLink, Invitation, JoinRequest, Member
from registrar.applications.rules import Lifecycle, TeamRole
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.mail.kinds import NotNeeded, compose
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Reason
from registrar.mail.wording import words
from registrar.people.models import Person
from registrar.tokens import Purpose, Tokens
from tests import factories

TYPED = "Typed by a stranger"
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def ana(db: DbSession) -> Person:
    return factories.person(db, name="Ana Silva", email="ana@museum.example", timezone="America/New_York")


@pytest.fixture
def application(db: DbSession, call: Call, ana: Person) -> Application:
    call.title_en, call.title_fr = "WAC Museums 2027", "WAC Museums 2027"
    museum = factories.institution(db, name="Musée du Sel")
    return factories.application(db, call, lead=ana, institution_id=museum.id, reference="WAC-7K3QX")


def invitation(db: DbSession, call: Call, **given: Any) -> Invitation:
    values = {"email": "new@example.org", "email_key": "new@example.org", "locale": "en", "timezone": "Europe/Paris"}
    return factories.stored(
        db, Invitation(call_id=call.id, **{**values, "created_at": factories.NOW, "mail_number": 1, **given})
    )


def mail(db: DbSession, kind: str, key: str, now: datetime, **about: Any) -> OutboxMail:
    enqueue(db, NewMail(key=key, kind=f"applications.{kind}", **about), now=now)
    return db.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()


def to_member(db: DbSession, kind: str, key: str, application: Application, now: datetime) -> OutboxMail:
    person = application.members[0].person_id
    return mail(db, kind, f"{key}:{person}", now, application_id=application.id, person_id=person)


def written(app: Flask, db: DbSession, mail: OutboxMail, now: datetime) -> tuple[str, str]:
    found = words(compose(db, mail, now), app.extensions["registrar.settings"])
    return found.subject, found.text


def reason(db: DbSession, mail: OutboxMail, now: datetime) -> Reason:
    with pytest.raises(NotNeeded) as answer:
        compose(db, mail, now)
    return answer.value.reason


def link_in(text: str, path: str) -> str:
    line = next(each for each in text.split() if path in each)
    return line.partition(path)[2]


def test_the_way_in_says_nothing_that_was_typed_and_leads_to_the_invitation(
    app: Flask, db: DbSession, call: Call, tokens: Tokens, now: datetime
) -> None:
    found = invitation(db, call)

    subject, text = written(app, db, mail(db, "begin", f"apply:{found.id}:1", now, invitation_id=found.id), now)

    assert subject == f"Begin your application: {call.title_en}"
    claim = tokens.read(Purpose.APPLY, link_in(text, "/apply/"))
    assert claim
    assert (claim.ids, claim.counter, claim.expires_at) == ((found.id,), 1, now + timedelta(days=7))
    assert "Deadline: Thursday 21 January 2027, 10:00, Paris (UTC+1)" in text


def test_a_way_in_ends_with_its_use_a_newer_one_or_the_deadline(db: DbSession, call: Call, now: datetime) -> None:
    found = invitation(db, call)
    asked = mail(db, "begin", f"apply:{found.id}:1", now, invitation_id=found.id)
    answers = [reason(db, asked, call.closes_at)]
    found.mail_number = 2
    answers.append(reason(db, asked, now))
    found.mail_number, found.used_at = 1, now
    answers.append(reason(db, asked, now))
    found.used_at, found.revoked_at = None, now
    answers.append(reason(db, asked, now))

    assert answers == [Reason.LATE, Reason.SUPERSEDED, Reason.SUPERSEDED, Reason.WITHDRAWN]


def test_an_invitation_names_an_institution_only_once_it_is_confirmed(
    app: Flask, db: DbSession, application: Application, ana: Person, now: datetime
) -> None:
    application.institution.name, ana.name = TYPED, TYPED
    about = {"application_id": application.id, "role": TeamRole.EDITOR, "invited_by_id": ana.id}
    found = invitation(db, application.call, **about)
    asked = mail(db, "invitation", f"invited:{found.id}:1", now, invitation_id=found.id)
    before = written(app, db, asked, now)
    application.institution.confirmed_at = now
    after = written(app, db, asked, now)

    assert TYPED not in before[0] + before[1]
    assert before[0] == "An application asks you to join: WAC Museums 2027"
    assert "A team applies to WAC Museums 2027, and somebody of it asks you to join. You would write" in before[1]
    assert f"for {TYPED}, and somebody" in after[1]
    assert "/invited/" in after[1]


def test_an_invitation_to_a_withdrawn_application_is_not_sent(
    db: DbSession, application: Application, now: datetime
) -> None:
    found = invitation(db, application.call, application_id=application.id, role=TeamRole.READER)
    application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now

    assert reason(db, mail(db, "invitation", f"invited:{found.id}:1", now, invitation_id=found.id), now) == "withdrawn"


def test_the_link_to_ones_applications_goes_to_known_people_only(
    app: Flask, db: DbSession, ana: Person, now: datetime
) -> None:
    to_ana = mail(db, "link", f"application-link:{ana.id}:1", now, person_id=ana.id)
    to_nobody = mail(db, "link", "application-link:0123:1", now)

    subject, text = written(app, db, to_ana, now)

    assert subject == "Your link to your applications"
    assert "/applications/enter/" in text
    assert reason(db, to_nobody, now) is Reason.NOT_CONFIRMED


def test_the_mail_of_record_says_what_counts_and_what_happens_next(
    app: Flask, db: DbSession, application: Application, now: datetime
) -> None:
    application.call.after_en = "We read **every** application."
    application.call.decides_on = (now + 40 * DAY).date()
    application.state, application.submitted_at, application.counted_at = Lifecycle.SUBMITTED, now, now
    application.form_version_id = application.call.form_version_id
    asked = to_member(db, "submitted", f"submitted:{application.id}:2", application, now)

    subject, text = written(app, db, asked, now)

    assert subject == "Submitted: WAC Museums 2027, WAC-7K3QX"
    assert "the application of Musée du Sel to WAC Museums 2027 is submitted." in text
    assert "Submitted: Monday 11 January 2027, 04:00, New York (UTC−5)" in text
    assert "Changes until: Thursday 21 January 2027, 04:00, New York (UTC−5)\nFor the organisers: Thursday" in text
    assert "We read every application." in text
    assert "You hear from us by 20 February 2027." in text
    assert "?application=WAC-7K3QX" in text


def test_a_mail_of_record_that_comes_late_promises_no_changes(
    app: Flask, db: DbSession, application: Application, now: datetime
) -> None:
    application.state, application.submitted_at, application.counted_at = Lifecycle.SUBMITTED, now, now
    application.form_version_id = application.call.form_version_id
    asked = to_member(db, "submitted", f"submitted:{application.id}:2", application, now)

    text = written(app, db, asked, application.call.closes_at)[1]

    assert "Your answers count as they are, and can no longer be changed." in text
    assert "Changes until" not in text


def test_what_was_taken_back_in_the_meantime_is_not_told(
    db: DbSession, application: Application, now: datetime
) -> None:
    told_withdrawn = to_member(db, "withdrawn", f"withdrawn:{application.id}:2", application, now)
    told_submitted = to_member(db, "submitted", f"submitted:{application.id}:2", application, now)

    assert reason(db, told_withdrawn, now) is Reason.SUPERSEDED
    assert reason(db, told_submitted, now) is Reason.WITHDRAWN


def test_a_farewell_says_how_to_come_back(app: Flask, db: DbSession, application: Application, now: datetime) -> None:
    application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now
    asked = to_member(db, "withdrawn", f"withdrawn:{application.id}:2", application, now)

    in_time, late = (written(app, db, asked, at)[1] for at in (now, application.call.closes_at))

    assert "Whoever leads the team can reopen it until the deadline:" in in_time
    assert "Then tell us: answer this mail." in late


def test_whoever_asks_to_join_is_named_by_their_proven_address(
    app: Flask, db: DbSession, application: Application, now: datetime
) -> None:
    bo = factories.person(db, name=TYPED, email="bo@museum.example")
    asks = factories.stored(db, JoinRequest(application_id=application.id, person_id=bo.id, asked_at=now))
    asked = to_member(db, "join_request", f"join-request:{asks.id}", application, now)

    subject, text = written(app, db, asked, now)
    asks.settled_at = now

    assert subject == "Somebody asks to join your application: WAC Museums 2027"
    assert "the owner of the address bo@museum.example wanted to begin an application" in text
    assert TYPED not in text
    assert reason(db, asked, now) is Reason.SUPERSEDED


def test_more_time_is_offered_until_it_is_taken_or_taken_back(
    app: Flask, db: DbSession, application: Application, tokens: Tokens, now: datetime
) -> None:
    until = now + 12 * DAY
    link = GraceLink(application_id=application.id, until=until, reason="ill", created_at=now, created_by="staff:1")
    factories.stored(db, link)
    asked = to_member(db, "grace", f"grace:{link.id}", application, now)
    text = written(app, db, asked, now)[1]
    answers = [reason(db, asked, until)]
    link.uses = 1
    answers.append(reason(db, asked, now))
    link.revoked_at = now
    answers.append(reason(db, asked, now))

    claim = tokens.read(Purpose.GRACE, link_in(text, "/grace/"))
    assert claim
    assert (claim.ids, claim.expires_at) == ((link.id,), until)
    assert "New deadline: Saturday 23 January 2027, 04:00, New York (UTC−5)" in text
    assert answers == [Reason.LATE, Reason.SUPERSEDED, Reason.TAKEN_BACK]


def reminder(db: DbSession, application: Application, now: datetime) -> OutboxMail:
    ends = int(application.call.closes_at.timestamp())
    return to_member(db, "deadline", f"deadline:{application.id}:10080:{ends}", application, now)


def test_a_reminder_names_the_sections_in_which_something_is_missing(
    app: Flask, db: DbSession, application: Application, now: datetime
) -> None:
    factories.answer(db, application, "why", "Because.")
    factories.answer(db, application, "new", True)
    asked = reminder(db, application, now)
    started = written(app, db, asked, application.call.closes_at - 2 * DAY)
    factories.answer(db, application, "people", [{"name": "Ada"}])
    filled = written(app, db, asked, application.call.closes_at - timedelta(hours=4))

    assert started[0] == "2 days left: WAC Museums 2027"
    assert "Something is still missing in:\n- Your team\n\nGo on" in started[1]
    assert filled[0] == "4 hours left: WAC Museums 2027"
    assert "Everything is filled in. All that is missing is to submit it." in filled[1]


def test_a_reminder_that_is_no_longer_true_is_not_sent(db: DbSession, application: Application, now: datetime) -> None:
    asked, member = reminder(db, application, now), application.members[0]
    answers = [reason(db, asked, application.call.closes_at)]
    member.role = TeamRole.READER
    answers.append(reason(db, asked, now))
    member.role = TeamRole.LEAD
    application.extended_until = application.call.closes_at + DAY
    answers.append(reason(db, asked, now))
    application.call.state = CallState.DRAFT
    answers.append(reason(db, asked, now))
    application.state, application.withdrawn_at = Lifecycle.WITHDRAWN, now
    answers.append(reason(db, asked, now))

    assert answers == [
        Reason.LATE, Reason.NO_BASIS, Reason.RESCHEDULED, Reason.WITHDRAWN, Reason.WITHDRAWN,
    ]  # fmt: skip


def test_whoever_has_left_the_team_hears_no_more(db: DbSession, application: Application, now: datetime) -> None:
    asked = reminder(db, application, now)
    db.delete(db.get_one(Member, (application.id, asked.person_id)))
    db.flush()

    assert reason(db, asked, now) is Reason.NO_BASIS
