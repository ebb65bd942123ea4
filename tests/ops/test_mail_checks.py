"""The doctor says what keeps mail from leaving and what waits for a person, and what to do about each."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.mail import gate
from registrar.mail.models import BounceReport
from registrar.mail.rules import GateReason, ReportMethod, ReportState, ReportVerdict
from registrar.ops import mail_checks
from registrar.ops.findings import Finding, Level
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import Anchor, Audience, PlanState
from registrar.settings import Settings
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["registrar.settings"]
    return found


def wrong(findings: Any) -> list[str]:
    """Return what is not well, and check that each line says what to do."""
    found: list[Finding] = [each for each in findings if each.level is not Level.OK]
    assert [each.text for each in found if not each.remedy] == []
    return [f"{each.level}: {each.text}" for each in found]


def test_nothing_is_wrong_with_new_mail(db: DbSession, settings: Settings, now: datetime) -> None:
    assert wrong(mail_checks.settings_for_mail(settings)) == []
    assert wrong(mail_checks.state_of_mail(db, now)) == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "smtp://me:secret@mail.example",
            ["fail: The password of the mail server would cross the network in the clear."],
        ),
        ("smtp://me:secret@127.0.0.1:2525", []),
        ("smtp://me:secret@localhost", []),
        ("smtp+starttls://me:secret@mail.example", []),
        ("smtp://mail.example", []),
    ],
)
def test_a_password_must_not_travel_in_the_clear(settings: Settings, tmp_path: Path, url: str, told: list[str]) -> None:
    for each in ("new", "cur"):
        (tmp_path / each).mkdir()
    given = dataclasses.replace(settings, smtp_url=url, bounce_address="b@museums.example", bounce_maildir=tmp_path)

    assert wrong(mail_checks.settings_for_mail(given)) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"smtp_url": "smtps://mail.example"},
            ["warn: What comes back goes to the sender, and nobody reads it here."],
        ),
        (
            {"bounce_address": "b@museums.example"},
            ["warn: The bounce address is set, but no mailbox is read."],
        ),
        (
            {"bounce_address": "b@museums.example", "bounce_maildir": Path("/nowhere")},
            ["fail: The mailbox for bounces cannot be read."],
        ),
        ({"bounce_address": "b@museums.example", "bounce_imap_url": "imaps://a:b@mail.example/INBOX"}, []),
        ({"dkim_key_file": Path("/nowhere/dkim.pem")}, ["fail: The DKIM key cannot be read."]),
    ],
)
def test_settings_that_do_not_fit_are_told(settings: Settings, given: dict[str, Any], told: list[str]) -> None:
    assert wrong(mail_checks.settings_for_mail(dataclasses.replace(settings, **given))) == told


@pytest.mark.parametrize("reason", GateReason)
def test_a_closed_gate_is_told_with_its_remedy(db: DbSession, now: datetime, reason: GateReason) -> None:
    gate.close(db, gate.EVERYTHING, reason, by="worker", now=now)

    assert wrong(mail_checks.state_of_mail(db, now)) == [
        f"warn: Closed since 2027-01-11 09:00 UTC: all mail ({reason})."
    ]


def test_reports_that_wait_are_told(db: DbSession, now: datetime) -> None:
    facts = {"method": ReportMethod.NONE, "diagnostic": "", "state": ReportState.WAITING}
    db.add(BounceReport(fingerprint="f", source="pipe", received_at=now, verdict=ReportVerdict.UNKNOWN, **facts))

    assert wrong(mail_checks.state_of_mail(db, now)) == ["warn: Mails that came back and wait for a person: 1."]


@pytest.mark.parametrize(
    ("late", "told"),
    [(5, []), (60, ["fail: Reminders that are late: 1, the oldest due 2027-01-11 08:00 UTC."])],
)
def test_a_reminder_that_nobody_wrote_is_told(db: DbSession, now: datetime, late: int, told: list[str]) -> None:
    programme = factories.series(db)
    facts = {"anchor": Anchor.START, "lead": HOUR, "audience": Audience.CONFIRMED}
    rule = factories.stored(db, ReminderRule(programme_id=programme.id, **facts))
    session = factories.session(db, programme)
    due = now - timedelta(minutes=late)
    plan = {"session_id": session.id, "rule_id": rule.id, "revision": 0, "state": PlanState.PLANNED}
    factories.stored(db, ReminderPlan(due_at=due, expires_at=now + HOUR, **plan))

    assert wrong(mail_checks.state_of_mail(db, now)) == told
