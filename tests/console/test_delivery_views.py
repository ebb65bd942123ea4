"""Organisers see how well mail arrives, by whose mailboxes, and what the mail servers said."""

from datetime import datetime, timedelta

import pytest

from registrar.accounts.models import Staff
from registrar.console import delivery_queries as queries
from registrar.console.rules import Pace, pace
from registrar.console.words import seconds
from registrar.db import DbSession
from registrar.mail.models import BounceReport, MailAttempt, OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane, MailState, OutcomeKind, ReportMethod, ReportState, ReportVerdict
from tests import factories
from tests.conftest import START, Client

PAGE = "/console/mail/delivery"
HOUR = timedelta(hours=1)


def attempt(
    db: DbSession, staff: Staff, outcome: OutcomeKind, group: str | None, *, at: datetime = START - HOUR, took: int = 4
) -> OutboxMail:
    """A mail and the answer to the attempt at it."""
    key = f"mail:{db.query(OutboxMail).count()}"
    enqueue(db, NewMail(key=key, kind="weekly.link", staff_id=staff.id, due_at=at - timedelta(seconds=took)), now=at)
    mail = db.query(OutboxMail).filter_by(key=key).one()
    mail.state, mail.finished_at = MailState.SENT, at
    said = (
        {"code": 250, "text": "2.0.0 Taken"} if outcome is OutcomeKind.ACCEPTED else {"code": 550, "text": "5.1.1 No"}
    )
    facts = {"worker": "w", "ended_at": at, "outcome": outcome, "domain_group": group, **said}
    factories.stored(db, MailAttempt(outbox_id=mail.id, **facts))
    return mail


def came_back(db: DbSession, mail: OutboxMail, verdict: ReportVerdict) -> None:
    facts = {"fingerprint": f"f{mail.id}", "source": "pipe", "received_at": START - HOUR, "verdict": verdict}
    facts |= {"method": ReportMethod.DSN, "diagnostic": "", "state": ReportState.APPLIED}
    factories.stored(db, BounceReport(outbox_id=mail.id, **facts))


def test_attempts_are_counted_by_whose_mailboxes_they_were_for(db: DbSession, organiser: Staff) -> None:
    accepted = [attempt(db, organiser, OutcomeKind.ACCEPTED, "gmail") for _ in range(3)]
    attempt(db, organiser, OutcomeKind.GREYLISTED, "gmail")
    attempt(db, organiser, OutcomeKind.REJECTED_RECIPIENT, "museum.example")
    attempt(db, organiser, OutcomeKind.IN_DOUBT, None)
    came_back(db, accepted[0], ReportVerdict.HARD)
    came_back(db, accepted[1], ReportVerdict.DELAYED)

    found = queries.groups(db, START - 24 * HOUR)

    told = [(g.name, g.accepted, g.put_off, g.refused, g.in_doubt, g.came_back) for g in found]
    assert told == [("gmail", 3, 1, 0, 0, 1), ("", 0, 0, 0, 1, 0), ("museum.example", 0, 0, 1, 0, 0)]
    assert round(found[0].refused_share) == 33


@pytest.mark.parametrize(("span", "found"), [("24", 1), ("168", 2), ("720", 3), ("9", 2), ("", 2)])
def test_the_time_can_be_chosen(client: Client, db: DbSession, organiser: Staff, span: str, found: int) -> None:
    for hours in (1, 100, 600):
        attempt(db, organiser, OutcomeKind.ACCEPTED, "gmail", at=START - hours * HOUR)

    page = client.get(f"{PAGE}?span={span}").text

    assert f'<dd class="number">{found}</dd>' in page


def test_the_page_shows_refusals_in_the_words_of_the_server(client: Client, db: DbSession, organiser: Staff) -> None:
    attempt(db, organiser, OutcomeKind.REJECTED_RECIPIENT, "microsoft")
    attempt(db, organiser, OutcomeKind.REJECTED_RECIPIENT, "microsoft")

    page = client.get(PAGE).text

    told = ["Microsoft (Outlook, Hotmail)", "The address was refused", "550 5.1.1 No", "100.0 %", "Mon 11 Jan, 09:00"]
    assert [text for text in told if text not in page] == []
    assert page.count("550 5.1.1 No") == 1


def test_without_any_mail_the_page_says_what_to_do(client: Client, organiser: Staff) -> None:
    page = client.get(PAGE).text

    assert ("No mail left in this time" in page, "How to read this" in page) == (True, True)


def test_the_time_from_due_to_accepted_is_told_by_lane(db: DbSession, organiser: Staff) -> None:
    for took in (1, 2, 3, 100):
        attempt(db, organiser, OutcomeKind.ACCEPTED, "gmail", took=took)

    assert queries.paces(db, START - 24 * HOUR) == {Lane.PERSONAL: Pace(4, 2.0, 100.0)}


@pytest.mark.parametrize(
    ("times", "expected"),
    [([], None), ([7.0], Pace(1, 7.0, 7.0)), ([float(n) for n in range(1, 101)], Pace(100, 50.0, 95.0))],
)
def test_the_pace_is_a_rank(times: list[float], expected: Pace | None) -> None:
    assert pace(times) == expected


@pytest.mark.parametrize(
    ("number", "told"), [(0.25, "0.2 s"), (12.4, "12 s"), (150, "2 min"), (7100, "118 min"), (7200, "2 h")]
)
def test_short_times_are_told_in_their_unit(number: float, told: str) -> None:
    assert seconds(number) == told
