"""A "no" to announcements of one series stops what waits and what comes, and can be taken back."""

from datetime import datetime

from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane, MailState, Reason
from registrar.people.models import Person
from registrar.people.opt_outs import ANNOUNCEMENTS, is_out, opt_in, opt_out, out_among, topics_out
from tests import factories


def announcement(key: str, person: Person, topic: str = "weekly", kind: str = ANNOUNCEMENTS) -> NewMail:
    return NewMail(key=key, kind=kind, person_id=person.id, topic=topic, lane=Lane.CAMPAIGN)


def test_opting_out_cancels_what_waits_of_this_series_for_this_person(db: DbSession, now: datetime) -> None:
    person, other = factories.person(db), factories.person(db)
    mails = (
        announcement("mine", person), announcement("theirs", other), announcement("elsewhere", person, topic="lab"),
        announcement("reminder", person, kind="reminders.before"),
    )  # fmt: skip
    enqueue(db, *mails, now=now)

    opt_out(db, person.id, "weekly", by="person:1", now=now)

    found = db.scalars(select(OutboxMail).where(OutboxMail.state == MailState.CANCELLED)).all()
    assert [(mail.key, mail.reason) for mail in found] == [("mine", Reason.UNSUBSCRIBED)]


def test_opting_out_twice_changes_nothing_the_second_time(db: DbSession, now: datetime) -> None:
    person = factories.person(db)

    assert [opt_out(db, person.id, "weekly", by="person:1", now=now) for _ in range(2)] == [True, False]
    assert db.scalars(select(AuditEntry.action)).all() == ["person.opt_out"]


def test_who_is_out_is_known_by_series(db: DbSession, now: datetime) -> None:
    person, other = factories.person(db), factories.person(db)
    opt_out(db, person.id, "weekly", by="person:1", now=now)

    assert (is_out(db, person.id, "weekly"), is_out(db, person.id, "lab")) == (True, False)
    assert out_among(db, [person.id, other.id], "weekly") == {person.id}
    assert topics_out(db, person.id) == {"weekly"}


def test_opting_in_again_opens_the_way(db: DbSession, now: datetime) -> None:
    person = factories.person(db)
    opt_out(db, person.id, "weekly", by="person:1", now=now)

    assert [opt_in(db, person.id, "weekly", by="person:1", now=now) for _ in range(2)] == [True, False]
    assert topics_out(db, person.id) == set()


def test_a_person_who_is_gone_has_nothing_to_stop(db: DbSession, now: datetime) -> None:
    assert (opt_out(db, 999, "weekly", by="x", now=now), opt_in(db, 999, "weekly", by="x", now=now)) == (False, False)
