"""A draft is written, counted, previewed, tested and approved; what cannot be meant is said at its field."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.db import DbSession
from registrar.mail.models import LocalMail, OutboxMail
from registrar.people.models import PersonTag
from registrar.programmes.models import Programme
from tests import factories, pages
from tests.browsing import send
from tests.campaigns.conftest import Agreeing
from tests.campaigns.test_manage import url
from tests.conftest import Client, TestClock

Approve = Callable[..., Campaign]
pytestmark = pytest.mark.usefixtures("organiser")


def test_counting_shows_who_would_get_it_and_changes_nothing(
    client: Client, db: DbSession, draft: Campaign, series: Programme, agreeing: Agreeing
) -> None:
    agreeing(name="Ana", country="FR")
    agreeing(name="Kofi", country="GH")

    page = send(client, url(draft, "recipients"), step="count", series=series.id, countries="GH")

    shown = pages.text(page)
    assert page.status_code == 200
    assert "1 recipient " in shown
    assert "Kofi" in shown
    db.refresh(draft)
    assert draft.segment == {"series": series.id}


def test_the_recipients_are_kept(client: Client, db: DbSession, draft: Campaign, agreeing: Agreeing) -> None:
    factories.stored(db, PersonTag(person_id=agreeing(country="GH").id, tag="alumni"))
    fields: dict[str, Any] = {"countries": "GH", "locale": "en", "tags_any": "alumni", "signed_up_since": "2027-01-01"}

    answer = send(client, url(draft, "recipients"), step="save", **fields)

    assert answer.status_code == 303
    db.refresh(draft)
    assert draft.segment == {
        "countries": ["GH"], "locale": "en", "tags_any": ["alumni"], "signed_up_since": "2027-01-01",
    }  # fmt: skip
    page = client.get(url(draft, "recipients"))
    assert 'value="alumni"' in page.text
    assert "1 recipient " in pages.text(page)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tags_none": "nobody-has-it"}, "Nobody has this tag: nobody-has-it."),
        ({"attended_at_least": "2"}, "Say both the series and how many of its sessions were attended."),
        ({"signed_up_since": "2027-02-01", "signed_up_until": "2027-01-01"}, "This day is before the first one."),
        ({"signed_up_since": "0001-01-01"}, "Enter a date between 2000 and 2100."),
        ({"series": "999"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_meant_is_said(
    client: Client, db: DbSession, draft: Campaign, fields: dict[str, str], message: str
) -> None:
    before = dict(draft.segment)

    answer = send(client, url(draft, "recipients"), step="save", **fields)

    assert answer.status_code == 422
    assert message in pages.text(answer)
    db.refresh(draft)
    assert draft.segment == before


def test_no_condition_is_nobody(client: Client, draft: Campaign, agreeing: Agreeing) -> None:
    agreeing()

    page = send(client, url(draft, "recipients"), step="count")

    assert "Nobody: fill in at least one condition" in pages.text(page)


def test_a_time_in_a_zone_is_kept(client: Client, db: DbSession, draft: Campaign) -> None:
    fields = {"leaves": "later", "on": "2027-01-20", "at": "18:00", "timezone": "America/New_York", "canary_size": "20"}

    assert send(client, url(draft, "schedule"), **fields).status_code == 303

    db.refresh(draft)
    assert draft.starts_at == datetime(2027, 1, 20, 23, 0, tzinfo=UTC)
    assert (draft.timezone, draft.canary_size) == ("America/New_York", 20)
    assert 'value="18:00"' in client.get(url(draft, "schedule")).text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"on": "2027-03-28", "at": "02:30"}, "02:30 does not exist"),
        ({"on": "2027-10-31", "at": "02:30"}, "02:30 happens twice"),
        ({"on": "2027-01-10", "at": "18:00"}, "That moment has passed."),
        ({"on": "", "at": "18:00"}, "Enter a date."),
        ({"on": "2027-02-10", "at": ""}, "Enter a time"),
    ],
)
def test_a_time_that_cannot_be_is_said(
    client: Client, db: DbSession, draft: Campaign, fields: dict[str, str], message: str
) -> None:
    answer = send(client, url(draft, "schedule"), leaves="later", timezone="Europe/Paris", **fields)

    assert answer.status_code == 422
    assert message in pages.text(answer)
    db.refresh(draft)
    assert draft.starts_at is None


def test_of_two_equal_times_one_is_chosen(client: Client, db: DbSession, draft: Campaign) -> None:
    fields = {"on": "2027-10-31", "at": "02:30", "fold": "second"}

    send(client, url(draft, "schedule"), leaves="later", timezone="Europe/Paris", **fields)

    db.refresh(draft)
    assert draft.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("language", "subject"), [("en", "News of WAC Weekly"), ("fr", "Nouvelles de WAC Weekly")])
def test_the_letter_is_shown_as_a_recipient_reads_it(
    client: Client, draft: Campaign, agreeing: Agreeing, language: str, subject: str
) -> None:
    agreeing(name="Ana")

    page = client.get(f"{url(draft, 'preview')}?language={language}&view=text")
    letter = client.get(f"{url(draft, 'letter.html')}?language={language}")

    assert subject in pages.text(page)
    assert "Ana" in page.text
    assert "Ana" in letter.text
    assert "default-src 'none'" in letter.headers["Content-Security-Policy"]
    assert "/my/enter/" not in page.text + letter.text


def test_a_test_goes_to_the_team_only(
    client: Client, db: DbSession, draft: Campaign, agreeing: Agreeing, work: Callable[[], int]
) -> None:
    agreeing()
    colleague = factories.staff(db, email="sam@example.org")

    sent = send(client, url(draft, "test"), staff=colleague.id, language="fr")
    stranger = send(client, url(draft, "test"), staff=999, language="fr")
    work()

    assert (sent.status_code, stranger.status_code) == (303, 422)
    assert [(each.recipient, each.subject) for each in db.scalars(select(LocalMail))] == [
        ("sam@example.org", "[Test] Nouvelles de WAC Weekly")
    ]


def test_the_last_page_shows_everything_and_approves(
    client: Client, db: DbSession, draft: Campaign, agreeing: Agreeing, organiser: Staff, now: datetime
) -> None:
    agreeing(timezone="America/Los_Angeles")
    shown = pages.text(client.get(url(draft, "check")))
    assert "Approve for 1 recipient" in shown
    assert "For 1 of them it is between 22:00 and 07:00." in shown

    answer = send(client, url(draft, "approve"), seen=1)

    db.refresh(draft)
    assert answer.status_code == 303
    assert (draft.state, draft.approved_by) == (CampaignState.HELD, f"staff:{organiser.id}")
    assert draft.starts_at == now + timedelta(minutes=10)


def test_a_second_click_approves_nothing(client: Client, draft: Campaign, agreeing: Agreeing) -> None:
    agreeing()
    send(client, url(draft, "approve"), seen=1)

    again = send(client, url(draft, "approve"), seen=1)

    assert again.status_code == 409
    assert "This mailing is approved already" in pages.text(again)


def test_a_number_that_is_not_typed_right_is_asked_again(
    client: Client, db: DbSession, draft: Campaign, agreeing: Agreeing
) -> None:
    for _ in range(101):
        agreeing()
    assert "Type their number, 101, by hand" in pages.text(client.get(url(draft, "check")))

    wrong = send(client, url(draft, "approve"), seen=101, typed=100)
    assert wrong.status_code == 422
    assert "There are 101 recipients. Type exactly this number to confirm it." in pages.text(wrong)

    assert send(client, url(draft, "approve"), seen=101, typed=101).status_code == 303


def test_what_is_approved_cannot_be_changed(
    client: Client, db: DbSession, agreeing: Agreeing, approve: Approve, clock: TestClock
) -> None:
    agreeing()
    campaign = approve(1)

    for step, fields in (("recipients", {"step": "save", "locale": "en"}), ("schedule", {"leaves": "soon"})):
        answer = send(client, url(campaign, step), timezone="Europe/Paris", **fields)
        assert (step, answer.status_code) == (step, 409)
        assert "Take it back first." in pages.text(answer)
    for step in ("details", "recipients", "schedule", "check"):
        assert client.get(url(campaign, step)).headers["Location"] == url(campaign)


def test_a_draft_is_deleted(client: Client, db: DbSession, draft: Campaign) -> None:
    assert send(client, url(draft, "discard")).status_code == 303
    assert db.scalars(select(Campaign.id)).all() == []
    assert db.scalars(select(OutboxMail.id)).all() == []
