"""Organisers see what became of every mail, send again on purpose, and end doubts by hand."""

import csv
import html
import io
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.mail.models import BounceReport, MailAttempt, OutboxMail
from registrar.mail.rules import MailState, OutcomeKind, Reason, ReportMethod, ReportState, ReportVerdict
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Registration
from tests import factories
from tests.browsing import send
from tests.conftest import START, Client
from tests.console.reminded import mail_to

DAY = timedelta(days=1)


def test_a_failed_mail_tells_its_story(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    gone = {"state": MailState.FAILED, "reason": Reason.SMTP, "detail": "550 5.1.1 no such user"}
    mail = mail_to(db, registration, session, **gone, finished_at=START)
    tried = {"worker": "one", "ended_at": START, "outcome": OutcomeKind.REJECTED_RECIPIENT, "code": 550, "text": "gone"}
    factories.stored(db, MailAttempt(outbox_id=mail.id, **tried))

    page = client.get("/console/mail").text

    told = ["ama@example.org", "Lending digital works", "Failed", "The mail server refused it."]
    told += ["550 5.1.1 no such user", "1 attempt", "the address was refused"]
    assert [text for text in told if text not in page] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("state=failed", 1), ("state=sent", 0), ("kind=reminders.before", 2), ("kind=weekly.link", 0),
        ("q=ÁMA", 2), ("q=nobody", 0), ("session=1", 2), ("state=lost", 2),
    ],
)  # fmt: skip
def test_the_ledger_is_filtered(
    client: Client, db: DbSession, registration: Registration, session: Session, query: str, found: int
) -> None:
    mail_to(db, registration, session, key="a", state=MailState.FAILED, reason=Reason.SMTP)
    mail_to(db, registration, session, key="b")

    page = client.get(f"/console/mail?{query.replace('session=1', f'session={session.id}')}").text

    assert page.count('role="rowheader"') == found


def test_a_failed_mail_is_sent_again_once(
    client: Client, db: DbSession, registration: Registration, session: Session, organiser: Staff
) -> None:
    mail = mail_to(db, registration, session, state=MailState.FAILED, reason=Reason.SMTP, finished_at=START)

    answers = [send(client, f"/console/mail/{mail.id}/again").status_code for _ in range(2)]

    copies = db.scalars(select(OutboxMail).where(OutboxMail.id != mail.id)).all()
    assert answers == [303, 409]
    assert [(m.kind, m.state, m.person_id, m.session_id) for m in copies] == [
        (mail.kind, MailState.QUEUED, mail.person_id, mail.session_id)
    ]
    assert db.scalars(select(AuditEntry.actor).where(AuditEntry.action == "mail.send_again")).all() == [
        f"staff:{organiser.id}"
    ]


def test_a_mail_that_was_sent_is_not_sent_again(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    mail = mail_to(db, registration, session, state=MailState.SENT, finished_at=START)

    assert send(client, f"/console/mail/{mail.id}/again").status_code == 409
    assert send(client, "/console/mail/999/again").status_code == 404


@pytest.mark.parametrize(
    ("how", "state", "reason", "finished"),
    [
        ("arrived", MailState.SENT, None, True),
        ("lost", MailState.FAILED, Reason.EXPIRED, True),
        ("again", MailState.QUEUED, None, False),
    ],
)
def test_a_doubt_is_ended_by_hand_once(
    client: Client, db: DbSession, registration: Registration, session: Session, organiser: Staff,
    how: str, state: MailState, reason: Reason | None, finished: bool,
) -> None:  # fmt: skip
    mail = mail_to(db, registration, session, state=MailState.IN_DOUBT, expires_at=START - DAY)
    message_id = mail.message_id

    answers = [send(client, f"/console/mail/{mail.id}/settle", how=how).status_code for _ in range(2)]

    db.refresh(mail)
    assert (answers, mail.state, mail.reason, mail.finished_at is not None) == ([303, 409], state, reason, finished)
    assert (mail.message_id, mail.expires_at > START) == (message_id, how == "again")
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "mail.settle")).one()
    assert (entry.actor, entry.details) == (f"staff:{organiser.id}", {"how": how})


def test_a_doubt_is_not_ended_in_a_way_that_is_none(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    mail = mail_to(db, registration, session, state=MailState.IN_DOUBT)

    assert send(client, f"/console/mail/{mail.id}/settle", how="perhaps").status_code == 400
    assert send(client, "/console/mail/999/settle", how="lost").status_code == 404


def test_all_doubts_of_a_filter_are_ended_at_once(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    doubtful = [mail_to(db, registration, session, key=key, state=MailState.IN_DOUBT) for key in "abc"]
    other = mail_to(db, registration, session, key="other", state=MailState.IN_DOUBT, kind="weekly.link")
    later = mail_to(db, registration, session, key="later", state=MailState.IN_DOUBT)
    query = "state=in_doubt&kind=reminders.before"
    page = client.get(f"/console/mail?{query}").text

    answer = send(client, f"/console/mail/settle?{query}", how="arrived", upto=str(later.id - 1))

    for mail in (*doubtful, other, later):
        db.refresh(mail)
    assert ("Settle all of these at once" in page, answer.status_code) == (True, 303)
    assert [mail.state for mail in doubtful] == [MailState.SENT] * 3
    assert (other.state, later.state) == (MailState.IN_DOUBT, MailState.IN_DOUBT)
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "mail.settle_all")).one()
    assert entry.details == {"how": "arrived", "count": 3}


def test_nothing_is_settled_without_saying_how(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    mail = mail_to(db, registration, session, state=MailState.IN_DOUBT)

    answer = send(client, "/console/mail/settle?state=in_doubt", upto=str(mail.id))

    assert (answer.status_code, "Choose what is known." in answer.text) == (422, True)


def test_the_ledger_is_read_page_by_page_in_both_directions(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    ids = [mail_to(db, registration, session, key=f"mail:{number}").id for number in range(120)]

    pages = [client.get("/console/mail").text]
    for rel in ("next", "next", "prev", "prev"):
        found = re.search(rf'rel="{rel}" href="([^"]+)"', pages[-1])
        assert found
        pages.append(client.get(f"/console/mail{html.unescape(found[1])}").text)

    assert [page.count('role="rowheader"') for page in pages] == [50, 50, 20, 50, 50]
    assert ['rel="prev"' in page for page in pages] == [False, True, True, True, False]
    assert ['rel="next"' in page for page in pages] == [True, True, False, True, True]
    assert len(ids) == 120


def test_a_mail_that_came_back_says_so(
    client: Client, db: DbSession, registration: Registration, session: Session, now: datetime
) -> None:
    mail = mail_to(db, registration, session, key="back", state=MailState.SENT, finished_at=START)
    mail_to(db, registration, session, key="other", state=MailState.SENT, finished_at=START)
    facts = {"verdict": ReportVerdict.HARD, "method": ReportMethod.DSN, "state": ReportState.APPLIED, "status": "5.1.1"}
    report = BounceReport(fingerprint="f", source="pipe", received_at=now, diagnostic="no such user", **facts)
    report.outbox_id = mail.id
    factories.stored(db, report)

    page = client.get("/console/mail?state=came_back").text

    told = [
        "Came back: the mailbox does not take it.",
        ">Came back<",
        "no such user",
        f"/console/mail/reports/{report.id}",
    ]
    assert [text for text in told if text not in page] == []
    assert page.count('role="rowheader"') == 1


def test_the_ledger_is_narrowed_by_links(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    facts = {"anchor": Anchor.START, "lead": DAY, "audience": Audience.CONFIRMED}
    rule = factories.stored(db, ReminderRule(programme_id=registration.programme_id, **facts))
    mail_to(db, registration, session, key="a", rule_id=rule.id)
    mail_to(db, registration, session, key="b")

    of_person = client.get(f"/console/mail?person={registration.person_id}").text
    of_rule = client.get(f"/console/mail?rule={rule.id}").text

    assert (of_person.count('role="rowheader"'), "Only mails to" in of_person) == (2, True)
    assert (of_rule.count('role="rowheader"'), "Only the reminder “24 hours before”." in of_rule) == (1, True)
    assert f'<input type="hidden" name="rule" value="{rule.id}">' in of_rule


def test_the_file_holds_what_the_filter_shows_and_no_formula(
    client: Client, db: DbSession, registration: Registration, session: Session
) -> None:
    mail_to(db, registration, session, key="a", state=MailState.FAILED, reason=Reason.SMTP, detail="=1+1")
    mail_to(db, registration, session, key="b")

    answer = send(client, "/console/mail.csv?state=failed")

    lines = list(csv.reader(io.StringIO(answer.text)))
    assert (answer.status_code, answer.mimetype, len(lines)) == (200, "text/csv", 2)
    assert lines[1][1:8] == [
        "Reminder", "Lending digital works", "", "ama@example.org", "Failed", "The mail server refused it.", "'=1+1",
    ]  # fmt: skip
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "mail.export")).one()
    assert entry.details == {"filters": ["state"]}
