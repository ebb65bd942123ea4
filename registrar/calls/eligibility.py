"""Who may apply: rules of a call over what is known of an institution, with the reason of each answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registrar.calls.rules import EligibilityRule
from registrar.people.rules import InstitutionKind


class Finding(StrEnum):
    """What a rule says about an institution."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """What the rule asks for is not known of the institution; an organiser looks at it."""


@dataclass(frozen=True)
class Rule:
    """One rule of a call."""

    rule: EligibilityRule
    line: str = ""
    """For `COMPLETED`: the programme line that must have been completed."""
    earlier_seasons: bool = True
    """For `COMPLETED`: whether a selection in an archived season counts, from before completions were recorded."""
    kinds: tuple[InstitutionKind, ...] = ()
    """For `KINDS`."""


@dataclass(frozen=True)
class Evidence:
    """Where an institution completed a programme line, or was selected in an archived season (`line` is None)."""

    season: str
    """Title of the season."""
    line: str | None


@dataclass(frozen=True)
class Known:
    """What is known of an institution."""

    name: str
    kind: InstitutionKind | None
    confirmed: bool
    evidence: tuple[Evidence, ...] = ()
    this_season: tuple[str, ...] = ()
    """Titles of other calls of the season at which it has an open or accepted application."""


@dataclass(frozen=True)
class Explanation:
    """What a rule says and what it is based on."""

    rule: Rule
    finding: Finding
    evidence: tuple[Evidence, ...] = ()
    this_season: tuple[str, ...] = ()


def rules_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return the rules that a call stores as JSON."""
    return tuple(
        Rule(
            EligibilityRule(each["rule"]),
            each.get("line", ""),
            each.get("earlier_seasons", True),
            tuple(InstitutionKind(kind) for kind in each.get("kinds", ())),
        )
        for each in stored
    )


def to_stored(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return rules as a call stores them, each with what belongs to its kind only."""
    return [_STORED[each.rule](each) for each in rules]


def explain(rules: Sequence[Rule], known: Known) -> list[Explanation]:
    """Return what each rule says about an institution, in the order of the rules."""
    return [_EXPLAIN[rule.rule](rule, known) for rule in rules]


def outcome(explanations: Sequence[Explanation]) -> Finding:
    """Return what the rules say together: one that fails decides, then one that is not known."""
    findings = {each.finding for each in explanations}
    return next((each for each in (Finding.FAILS, Finding.UNKNOWN) if each in findings), Finding.HOLDS)


def _completed(rule: Rule, known: Known) -> Explanation:
    found = tuple(
        each for each in known.evidence if each.line == rule.line or (each.line is None and rule.earlier_seasons)
    )
    return Explanation(rule, Finding.HOLDS if found else Finding.FAILS, evidence=found)


def _kinds(rule: Rule, known: Known) -> Explanation:
    if known.kind is None:
        return Explanation(rule, Finding.UNKNOWN)
    return Explanation(rule, Finding.HOLDS if known.kind in rule.kinds else Finding.FAILS)


def _once_per_season(rule: Rule, known: Known) -> Explanation:
    finding = Finding.FAILS if known.this_season else Finding.HOLDS
    return Explanation(rule, finding, this_season=known.this_season)


_EXPLAIN = {
    EligibilityRule.COMPLETED: _completed,
    EligibilityRule.KINDS: _kinds,
    EligibilityRule.ONCE_PER_SEASON: _once_per_season,
}

_STORED: Mapping[EligibilityRule, Callable[[Rule], dict[str, Any]]] = {
    EligibilityRule.COMPLETED: lambda rule: {
        "rule": rule.rule.value,
        "line": rule.line,
        "earlier_seasons": rule.earlier_seasons,
    },
    EligibilityRule.KINDS: lambda rule: {"rule": rule.rule.value, "kinds": [kind.value for kind in rule.kinds]},
    EligibilityRule.ONCE_PER_SEASON: lambda rule: {"rule": rule.rule.value},
}
