"""Every page about mail shows the ways to the others and what waits there."""

import re
from datetime import datetime

import pytest

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import GateReason, MailState
from tests.conftest import Client

PLACES = ("", "/forecast", "/rules", "/letters", "/campaigns", "/reports", "/suppressions", "/delivery", "/gates")


def navigation(page: str) -> str:
    """Return the second navigation of a page, as HTML."""
    return page.split('<nav class="tabs"', 1)[1].split("</nav>", 1)[0]


def test_the_ledger_leads_to_every_page_about_mail(client: Client, organiser: Staff) -> None:
    found = re.findall(r'href="([^"]+)"( aria-current="page")?', navigation(client.get("/console/mail").text))

    assert [path for path, _ in found] == [f"/console/mail{place}" for place in PLACES]
    assert [path for path, current in found if current] == ["/console/mail"]


def test_pages_about_other_things_have_no_second_navigation(client: Client, organiser: Staff) -> None:
    assert '<nav class="tabs"' not in client.get("/console/sign-ups").text


def test_the_navigation_says_what_waits(client: Client, db: DbSession, organiser: Staff, now: datetime) -> None:
    enqueue(db, NewMail(key="doubtful", kind="weekly.link", staff_id=organiser.id), now=now)
    db.query(OutboxMail).one().state = MailState.IN_DOUBT
    gate.close(db, gate.kind_scope("weekly.link"), GateReason.PAUSED, by="staff:1", now=now)

    told = re.findall(r'class="tag bad">([^<]+)<', navigation(client.get("/console/mail").text))

    assert told == ["1 in doubt", "1 closed"]


@pytest.mark.parametrize("page", ["/console", "/console/mail"])
def test_today_and_ledger_say_what_is_paused(
    client: Client, db: DbSession, organiser: Staff, now: datetime, page: str
) -> None:
    gate.close(db, gate.EVERYTHING, GateReason.PAUSED, by="staff:1", now=now, detail="A wrong link was found")

    shown = client.get(page).text

    told = ["All mail:", "paused by an organiser", "Mon 11 Jan, 10:00", "A wrong link was found", "/console/mail/gates"]
    assert [text for text in told if text not in shown] == []
