"""Simulated panels: how much of the true best the raw and the calibrated order find (`--only panels`)."""

from dataclasses import dataclass
from itertools import product
from statistics import mean

from tests.bench.report import Figure
from tests.reviews.panels import panel, recall

PANELS, TOP = 200, 20
HABITS = {"small": 0.2, "large": 0.8}
NOISE = {"small": 0.4, "large": 1.0}
"""Standard deviations; that of the true qualities is 1."""


@dataclass(frozen=True)
class Setting:
    """One setting: mean share of the true best that each order finds."""

    habits: str
    noise: str
    raw: float
    calibrated: float
    better: int
    """In how many panels the calibrated order found more."""
    worse: int


def measure(panels: int = PANELS) -> list[Setting]:
    """Simulate each of the four settings; the seeds are fixed."""
    return [_setting(habits, noise, panels) for habits, noise in product(HABITS, NOISE)]


def _setting(habits: str, noise: str, panels: int) -> Setting:
    pairs = [recall(panel(seed, habits=HABITS[habits], noise=NOISE[noise]), TOP) for seed in range(panels)]
    better, worse = sum(new > raw for raw, new in pairs), sum(new < raw for raw, new in pairs)
    return Setting(habits, noise, mean(raw for raw, _ in pairs), mean(new for _, new in pairs), better, worse)


def table(found: list[Setting], panels: int = PANELS) -> str:
    """Write the settings as Markdown."""
    lines = [
        f"| {each.habits} ({HABITS[each.habits]}) | {each.noise} ({NOISE[each.noise]}) | {each.raw:.3f} | "
        f"{each.calibrated:.3f} | {each.calibrated - each.raw:+.3f} | {each.better} : {each.worse} |"
        for each in found
    ]
    heading = f"### recall of the true best {TOP} of 100 applications, {panels} simulated panels a setting"
    columns = "| habits | noise | raw mean | calibrated | difference | better : worse |"
    return "\n".join([heading, "", columns, "| --- | --- | --: | --: | --: | --: |", *lines])


def figures(found: list[Setting], panels: int = PANELS) -> list[Figure]:
    return [
        Figure(
            f"panels: habits {each.habits}, noise {each.noise}, calibrated", each.calibrated, "recall",
            each.calibrated / each.raw, "raw mean", panels,
        )
        for each in found
    ]  # fmt: skip
