"""The forecast shows what will leave, for how many, at which hour of theirs, and in which weeks clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from registrar.accounts.models import Staff
from registrar.applications.rules import TeamRole
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.console import forecast_weeks
from registrar.console.forecast_queries import departures
from registrar.console.forecast_weeks import ClockChange
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail import gate
from registrar.mail.rules import GateReason
from registrar.programmes.models import Programme
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from tests import factories
from tests.conftest import START, Client

PAGE = "/console/mail/forecast"
DAY = timedelta(days=1)


@pytest.fixture
def programme(db: DbSession, organiser: Staff) -> Programme:
    """A series whose people are reminded 24 hours before."""
    programme = factories.series(db)
    rule = {"anchor": Anchor.START, "lead": DAY, "audience": Audience.CONFIRMED}
    factories.stored(db, ReminderRule(programme_id=programme.id, **rule))
    return programme


def meeting(db: DbSession, programme: Programme, *zones: str, **given: Any) -> None:
    """A session with a person from each of these zones."""
    session = factories.session(db, programme, **given)
    for zone in zones:
        registration = factories.registration(db, programme, person_id=factories.person(db, timezone=zone).id)
        factories.seat(db, registration, session, state_at=START - DAY)


def test_a_reminder_is_foreseen_with_its_number_and_hours(client: Client, db: DbSession, programme: Programme) -> None:
    meeting(db, programme, "Europe/Paris", "Asia/Tokyo", title_en="Lending")

    page = client.get(PAGE).text

    told = ["Tue 12 Jan, 18:00", "Lending", "24 hours before", "Reminder", "50 % at night", "Week of 11 January 2027"]
    assert [text for text in told if text not in page] == []
    assert "For 50 % it is between 22:00 and 07:00" in page


def test_without_anything_due_the_page_says_what_to_do(client: Client, organiser: Staff) -> None:
    page = client.get(PAGE).text

    assert ("Nothing is due in this time" in page, "/console/mail/rules" in page) == (True, True)


@pytest.mark.parametrize(("query", "found"), [("", 2), ("?weeks=1", 1), ("?weeks=8", 3), ("?weeks=many", 2)])
def test_the_weeks_can_be_chosen(client: Client, db: DbSession, programme: Programme, query: str, found: int) -> None:
    for weeks in (0, 2, 5):
        meeting(db, programme, "Europe/Paris", starts_at=START + weeks * 7 * DAY + 2 * DAY)

    page = client.get(PAGE + query).text

    assert page.count("24 hours before") == found


def test_a_paused_kind_is_marked(client: Client, db: DbSession, programme: Programme, now: datetime) -> None:
    meeting(db, programme, "Europe/Paris")
    gate.close(db, gate.kind_scope("reminders.before"), GateReason.PAUSED, by="staff:1", now=now)

    assert ">Paused<" in client.get(PAGE).text


def test_an_approved_mailing_is_foreseen(client: Client, db: DbSession, programme: Programme, now: datetime) -> None:
    template = factories.stored(db, LetterTemplate(name="News", use=LetterUse.CAMPAIGN, created_at=now))
    texts = {"subject_en": "a", "subject_fr": "b", "body_en": "c", "body_fr": "d", "created_by": "staff:1"}
    version = factories.stored(db, LetterVersion(template_id=template.id, number=1, created_at=now, **texts))
    facts: dict[str, Any] = {"programme_id": programme.id, "template_id": template.id, "version_id": version.id}
    facts |= {"segment": {}, "timezone": "Europe/Paris", "created_at": now, "created_by": "staff:1", "expected": 1234}
    facts |= {"state": CampaignState.HELD, "starts_at": now + 3 * DAY, "queued": 34}
    factories.stored(db, Campaign(name="Spring news", **facts))

    page = client.get(PAGE).text

    assert [text for text in ("Spring news", "Thu 14 Jan, 10:00", "1200", "Mailing") if text not in page] == []


@pytest.mark.parametrize(
    ("zone", "monday", "changes"),
    [
        ("Europe/Paris", date(2027, 3, 22), [ClockChange("Europe/Paris", date(2027, 3, 28), is_forward=True)]),
        ("Europe/Paris", date(2027, 3, 29), []),
        ("America/New_York", date(2027, 3, 8), [ClockChange("America/New_York", date(2027, 3, 14), is_forward=True)]),
        ("America/New_York", date(2027, 11, 1), [ClockChange("America/New_York", date(2027, 11, 7), is_forward=False)]),
        ("Asia/Tokyo", date(2027, 3, 22), []),
    ],
)
def test_the_night_in_which_clocks_change_is_known(zone: str, monday: date, changes: list[ClockChange]) -> None:
    assert forecast_weeks.clock_changes(zone, monday) == changes


def test_a_week_in_which_clocks_change_is_marked(client: Client, db: DbSession, programme: Programme) -> None:
    meeting(db, programme, "Europe/Paris", starts_at=datetime(2027, 3, 31, 16, 0, tzinfo=UTC))

    page = client.get(PAGE + "?weeks=13").text

    told = ["Paris: clocks go forward on 28 March 2027.", "New York: clocks go forward on 14 March 2027."]
    assert [text for text in told if text not in page] == []
    assert page.count(">Clocks change<") == 2


def test_reminders_of_a_deadline_are_ahead_for_those_who_write_in_drafts(db: DbSession, now: datetime) -> None:
    call = factories.call(db)
    draft = factories.application(db, call, lead=factories.person(db, timezone="Asia/Tokyo"))
    factories.member(db, draft, factories.person(db), role=TeamRole.READER)
    factories.submitted(db, call, lead=factories.person(db))

    found = departures(db, now + timedelta(days=9), now + timedelta(days=20))

    assert [(each.at, each.count, each.call, +each.hours) for each in found] == [
        (call.closes_at - timedelta(hours=4), 1, call, {14: 1})
    ]
