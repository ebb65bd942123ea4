"""The figures as a table to read and as lines of JSON to keep."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.bench.measures import GET, MEASURES, POST, Measure
from tests.bench.running import Found, Plan, Sample


@dataclass(frozen=True)
class Figure:
    """One figure: a median over the rounds, and its ratio to a yardstick of the same rounds."""

    name: str
    value: float
    unit: str
    ratio: float | None
    yardstick: str
    rounds: int


@dataclass(frozen=True)
class Row:
    """A measure's medians."""

    name: str
    yardstick: str
    per_second: float
    ratio: float
    per_request: float
    """The ratio of requests to requests, where a flow has more than one."""
    cpu_ms: float
    cpu_ratio: float
    statements: int
    received: int


def table(found: Found, plan: Plan) -> str:
    """Write everything about one kind of database as Markdown."""
    bare = [
        f"{name}, {connections} connections: {_middle(found, (name, connections), 'per_second'):,.0f}/s, "
        f"{_middle(found, (name, connections), 'cpu_ms'):.2f} ms"
        for name, connections in ((GET, 4), (POST, 4), (POST, 8))
    ]
    heading = f"### {found.kind}: {plan.main:,} registrations, medians of {plan.rounds} rounds\n"
    parts = [heading, "; ".join(bare) + "\n", *_main_lines(found, plan), "", *_growth_lines(found, plan)]
    return "\n".join([*parts, "", _memory_line(found)])


def write(path: Path, found: list[Found], plan: Plan) -> None:
    """Write one line of JSON for each figure."""
    lines = [json.dumps(asdict(figure), ensure_ascii=False) for each in found for figure in _figures(each, plan)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def add(path: Path, figures: Iterable[Figure]) -> None:
    """Write further figures below those that are there."""
    lines = [json.dumps(asdict(figure), ensure_ascii=False) for figure in figures]
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _main_lines(found: Found, plan: Plan) -> Iterator[str]:
    yield "| flow | per second | ÷ yardstick | per request | worker CPU | CPU ÷ yardstick | statements | bytes |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: |"
    for row in _rows(found, plan):
        yield (
            f"| {row.name} | {row.per_second:,.1f} | {_fraction(row.ratio)} of {row.yardstick} | "
            f"{_fraction(row.per_request)} | {row.cpu_ms:.1f} ms | {row.cpu_ratio:.1f} × | {row.statements} | "
            f"{row.received:,} |"
        )


def _growth_lines(found: Found, plan: Plan) -> Iterator[str]:
    sizes = plan.sizes
    heads = "".join(f" {size:,} |" for size in sizes)
    yield f"| worker CPU, ms, by registrations |{heads} growth | growth of the time |"
    yield "| --- |" + " --: |" * (len(sizes) + 2)
    for measure in _growing():
        cpu = "".join(f" {_middle(found, (measure.name, size), 'cpu_ms'):.1f} |" for size in sizes)
        growth, time = _growth(found, measure, plan, "cpu_ms"), 1 / _growth(found, measure, plan, "per_second")
        yield f"| {measure.name} |{cpu} {growth:.2f} × | {time:.2f} × |"


def _memory_line(found: Found) -> str:
    parts = [f"{each.before:.0f} → {each.after:.0f} MB at {size:,}" for size, each in found.memory.items()]
    return "Memory of the larger web worker, after the start and after everything: " + "; ".join(parts) + "."


def _figures(found: Found, plan: Plan) -> Iterator[Figure]:
    rounds = plan.rounds
    for name, connections in ((GET, 4), (POST, 4), (POST, 8)):
        label = f"{found.kind}: {name}, {connections} connections"
        yield Figure(label, _middle(found, (name, connections), "per_second"), "per second", None, "", rounds)
        yield Figure(label, _middle(found, (name, connections), "cpu_ms"), "CPU ms", None, "", rounds)
    for row in _rows(found, plan):
        label = f"{found.kind}: {row.name}"
        yield Figure(label, row.per_second, "per second", row.ratio, row.yardstick, rounds)
        yield Figure(label, row.cpu_ms, "CPU ms", row.cpu_ratio, row.yardstick, rounds)
        yield Figure(label, row.statements, "statements", None, "", 1)
        yield Figure(label, row.received, "bytes", None, "", rounds)
    for measure in _growing():
        label = f"{found.kind}: {measure.name}, {plan.sizes[0]} to {plan.sizes[-1]} registrations"
        yield Figure(label, _growth(found, measure, plan, "cpu_ms"), "growth of CPU", None, "", rounds)
        yield Figure(label, 1 / _growth(found, measure, plan, "per_second"), "growth of time", None, "", rounds)
    for size, memory in found.memory.items():
        label = f"{found.kind}: web worker, {size} registrations"
        yield Figure(label, memory.after, "MB", memory.after / memory.before, "after the start", 1)


def _rows(found: Found, plan: Plan) -> Iterator[Row]:
    for measure in MEASURES:
        mine, bare = (measure.name, plan.main), (measure.yardstick, measure.connections)
        ratio = _middle_ratio(found.samples[mine], found.samples[bare], "per_second")
        yield Row(
            name=measure.name,
            yardstick=measure.yardstick,
            per_second=_middle(found, mine, "per_second"),
            ratio=ratio,
            per_request=ratio * measure.requests,
            cpu_ms=_middle(found, mine, "cpu_ms"),
            cpu_ratio=_middle_ratio(found.samples[mine], found.samples[bare], "cpu_ms"),
            statements=found.statements[measure.name],
            received=round(_middle(found, mine, "received")),
        )


def _growing() -> list[Measure]:
    return [measure for measure in MEASURES if measure.grows]


def _growth(found: Found, measure: Measure, plan: Plan, value: str) -> float:
    """Return the most registrations ÷ the fewest, round by round."""
    most, fewest = (found.samples[measure.name, size] for size in (plan.sizes[-1], plan.sizes[0]))
    return _middle_ratio(most, fewest, value)


def _middle(found: Found, key: tuple[str, int], value: str) -> float:
    return float(median(getattr(sample, value) for sample in found.samples[key]))


def _middle_ratio(ours: list[Sample], others: list[Sample], value: str) -> float:
    """Return the median of the ratios, each within one round."""
    pairs = zip(ours, others, strict=True)
    return float(median(getattr(one, value) / getattr(other, value) for one, other in pairs))


def _fraction(ratio: float) -> str:
    return f"1/{1 / ratio:.1f}" if ratio < 1 else f"{ratio:.1f}"
