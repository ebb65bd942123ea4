"""A short set of the drills with real processes, for every run of the tests; `make faults` runs the long one."""

from pathlib import Path

import pytest

from tests.faults.cycles import crash
from tests.faults.exactly import once
from tests.faults.oversell import contest

pytestmark = pytest.mark.faults


def test_exactly_as_many_get_a_place_as_there_are(empty_url: str, tmp_path: Path) -> None:
    ended = contest(tmp_path, empty_url, clients=8, people=5, places=15)

    assert ended.confirmed == 15
    assert ended.queue_numbers == list(range(1, 26))
    assert ended.statuses == {303: 80}
    assert ended.found == []


def test_killed_processes_lose_nothing_and_double_nothing(empty_url: str, tmp_path: Path) -> None:
    outcome = crash(tmp_path, empty_url, cycles=3, clients=2, seed=3)

    assert outcome.found == []
    assert sum(outcome.kills.values()) == 4
    assert outcome.figures["acknowledged confirm"] > 0
    assert outcome.figures["mails sent"] > 0


def test_several_workers_send_each_reminder_exactly_once(empty_url: str, tmp_path: Path) -> None:
    tally = once(tmp_path, empty_url, messages=700, workers=2)

    assert tally.is_exact
