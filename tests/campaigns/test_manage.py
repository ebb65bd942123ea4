"""Organisers begin a campaign, see the list, and follow one from its hold to its result."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.audit.models import AuditEntry
from registrar.campaigns import fan_out
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate
from registrar.mail import gate
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme
from registrar.tokens import Tokens
from tests import factories, pages
from tests.browsing import send, sign_in
from tests.campaigns.conftest import Agreeing
from tests.conftest import Client, TestClock

LIST = "/console/mail/campaigns"
Approve = Callable[..., Campaign]
Work = Callable[[], int]
pytestmark = pytest.mark.usefixtures("organiser")


def url(campaign: Campaign, step: str = "") -> str:
    return f"{LIST}/{campaign.id}{f'/{step}' if step else ''}"


def test_an_empty_list_says_what_to_do_next(client: Client) -> None:
    assert "Begin a mailing" in pages.text(client.get(LIST))


def test_without_a_letter_there_is_nothing_to_send(client: Client) -> None:
    page = client.get(f"{LIST}/new")

    assert "No letter to send yet" in pages.text(page)
    assert "/console/mail/letters" in pages.links(page)


def test_a_campaign_begins_as_a_draft_for_nobody(
    client: Client, db: DbSession, series: Programme, letter: LetterTemplate, organiser: Staff
) -> None:
    answer = send(client, f"{LIST}/new", name="News", programme=series.id, template=letter.id)

    made = db.scalars(select(Campaign)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{made.id}/recipients")
    assert (made.state, made.segment, made.created_by) == (CampaignState.DRAFT, {}, f"staff:{organiser.id}")
    assert made.timezone == organiser.timezone
    assert "without a condition nobody gets it" in pages.text(client.get(url(made)))


def test_what_was_typed_stays_when_something_is_missing(
    client: Client, db: DbSession, series: Programme, letter: LetterTemplate
) -> None:
    answer = send(client, f"{LIST}/new", name="", programme=series.id, template=letter.id)

    assert answer.status_code == 422
    assert "Give it a name that you will recognise." in pages.text(answer)
    assert db.scalars(select(Campaign)).all() == []


def test_a_draft_gets_another_name(client: Client, db: DbSession, draft: Campaign) -> None:
    fields: dict[str, Any] = {"programme": draft.programme_id, "template": draft.template_id}

    assert send(client, url(draft, "details"), name="Other", **fields).status_code == 303

    db.refresh(draft)
    assert draft.name == "Other"


def test_what_is_held_counts_down_and_can_be_taken_back(
    client: Client, db: DbSession, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing()
    campaign = approve(1)

    page = client.get(url(campaign))
    assert campaign.starts_at is not None
    assert f'data-countdown="{campaign.starts_at.isoformat()}"' in page.text
    assert send(client, url(campaign, "take-back")).status_code == 303

    db.refresh(campaign)
    assert campaign.state is CampaignState.DRAFT


def test_progress_is_shown_paused_and_resumed(
    client: Client, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing(), agreeing()
    campaign = approve(2)
    fan_out.fan_out(db, clock.advance(minutes=10))
    assert "0 of 2" in pages.text(client.get(url(campaign)))

    send(client, url(campaign, "pause"))
    assert gate.is_closed(db, gate.campaign_scope(campaign.id)) is True
    shown = pages.text(client.get(url(campaign)))
    assert "This mailing stands still" in shown
    assert "An organiser paused it." in shown
    assert "Paused" in pages.text(client.get(LIST))

    send(client, url(campaign, "resume"))
    assert gate.is_closed(db, gate.campaign_scope(campaign.id)) is False


def test_a_pause_by_itself_says_why(
    client: Client, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing()
    campaign = approve(1)
    for _ in range(11):
        agreeing()
    fan_out.fan_out(db, clock.advance(minutes=10))

    assert "There are 12 recipients now; 1 were approved." in pages.text(client.get(url(campaign)))


def test_the_rest_is_cancelled(
    client: Client, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve
) -> None:
    agreeing()
    campaign = approve(1)
    fan_out.fan_out(db, clock.advance(minutes=10))

    assert send(client, url(campaign, "cancel")).status_code == 303
    again = send(client, url(campaign, "cancel"))

    assert again.status_code == 409
    assert "This mailing is over already." in pages.text(again)
    assert "The mailing was cancelled." in pages.text(client.get(url(campaign)))


def test_the_result_is_a_file_without_formulas(
    client: Client, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    agreeing(name="=HYPERLINK(1)", email="ana@example.org", country="GH")
    campaign = approve(1)
    clock.advance(minutes=10)
    work()
    assert "1 of 1" in pages.text(client.get(url(campaign)))

    answer = send(client, url(campaign, "result.csv"))

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [row[name] for name in ("Name", "E-mail address", "Country", "State", "Reason")] == [
        "'=HYPERLINK(1)", "ana@example.org", "GH", "Sent", "",
    ]  # fmt: skip
    exported = select(AuditEntry.subject_id).where(AuditEntry.action == "campaign.export")
    assert db.scalars(exported).all() == [campaign.id]


def test_a_copy_is_made_of_what_was_sent(
    client: Client, db: DbSession, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    agreeing()
    campaign = approve(1)
    clock.advance(minutes=10)
    work()

    answer = send(client, url(campaign, "duplicate"))

    copy = db.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(1)).one()
    assert answer.headers["Location"] == url(copy)
    assert (copy.name, copy.state) == ("Copy of News", CampaignState.DRAFT)
    assert len(db.scalars(select(OutboxMail).where(OutboxMail.campaign_id == copy.id)).all()) == 0


def test_a_reviewer_sees_no_campaign(client: Client, db: DbSession, tokens: Tokens) -> None:
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    assert client.get(LIST).status_code == 403


def test_the_list_shows_how_far_each_is(
    client: Client, db: DbSession, draft: Campaign, clock: TestClock, agreeing: Agreeing, approve: Approve, work: Work
) -> None:
    agreeing(), agreeing()
    approve(2)
    assert "leaves" in pages.text(client.get(LIST))
    clock.advance(minutes=10)
    work()

    shown = pages.text(client.get(LIST))
    assert "2 of 2" in shown
    assert timedelta(0) == (draft.finished_at or clock.now) - clock.now
