"""Reminder rules are named as people say them."""

from datetime import time, timedelta

import pytest
from flask import Flask

from registrar.reminders.models import ReminderRule
from registrar.reminders.rule_words import rule_name
from registrar.reminders.rules import Anchor, Audience

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("anchor", "lead", "at_local", "audience", "name"),
    [
        (Anchor.START, DAY, None, Audience.CONFIRMED, "24 hours before"),
        (Anchor.START, 3 * DAY, None, Audience.CONFIRMED, "3 days before"),
        (Anchor.START, timedelta(minutes=45), None, Audience.CONFIRMED, "45 minutes before"),
        (Anchor.START, DAY, time(17), Audience.CONFIRMED, "The day before at 17:00"),
        (Anchor.START, 0 * DAY, time(9), Audience.SETTLED, "On the day at 09:00 (confirmed for a day or longer)"),
        (Anchor.START, 2 * DAY, time(9, 30), Audience.WAITING, "2 days before at 09:30 (waiting list)"),
        (Anchor.END, 2 * HOUR, None, Audience.MISSED, "2 hours after the end (who missed it)"),
        (Anchor.END, 0 * HOUR, None, Audience.CONFIRMED, "When it ends"),
        (Anchor.END, DAY, time(10), Audience.CONFIRMED, "The day after at 10:00"),
        (Anchor.PUBLISHED, 0 * HOUR, None, Audience.MISSED, "After the recording is published"),
        (Anchor.PUBLISHED, DAY, None, Audience.MISSED, "1 day after the recording is published"),
        (Anchor.PUBLISHED, DAY, time(8), Audience.MISSED, "1 day after publication at 08:00"),
    ],
)
def test_a_rule_has_a_name(
    app: Flask, anchor: Anchor, lead: timedelta, at_local: time | None, audience: Audience, name: str
) -> None:
    rule = ReminderRule(anchor=anchor, lead=lead, at_local=at_local, audience=audience)

    with app.test_request_context():
        assert rule_name(rule) == name
