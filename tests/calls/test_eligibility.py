"""Who may apply, rule by rule, with the reason of each answer."""

from dataclasses import replace
from typing import Any

import pytest

from registrar.calls.eligibility import Evidence, Explanation, Finding, Known, Rule, explain, outcome, rules_of
from registrar.calls.rules import EligibilityRule
from registrar.people.rules import InstitutionKind

COMPLETED = Rule(EligibilityRule.COMPLETED, "wac-museums")
KINDS = Rule(EligibilityRule.KINDS, kinds=(InstitutionKind.MUSEUM,))
ONCE = Rule(EligibilityRule.ONCE_PER_SEASON)
NEW = Known("Musée du Sel", None, confirmed=False)
MUSEUM = replace(NEW, kind=InstitutionKind.MUSEUM)
GRADUATE, LAB = Evidence("Season 4", "wac-museums"), Evidence("WAC Lab season 3", None)
OTHER = Evidence("Season 4", "wac-factory")


@pytest.mark.parametrize(
    ("rule", "known", "expected"),
    [
        (COMPLETED, NEW, Explanation(COMPLETED, Finding.FAILS)),
        (COMPLETED, replace(NEW, evidence=(OTHER,)), Explanation(COMPLETED, Finding.FAILS)),
        (COMPLETED, replace(NEW, evidence=(OTHER, GRADUATE)), Explanation(COMPLETED, Finding.HOLDS, (GRADUATE,))),
        (COMPLETED, replace(NEW, evidence=(LAB,)), Explanation(COMPLETED, Finding.HOLDS, (LAB,))),
        (KINDS, NEW, Explanation(KINDS, Finding.UNKNOWN)),
        (KINDS, MUSEUM, Explanation(KINDS, Finding.HOLDS)),
        (KINDS, replace(NEW, kind=InstitutionKind.UNIVERSITY), Explanation(KINDS, Finding.FAILS)),
        (ONCE, NEW, Explanation(ONCE, Finding.HOLDS)),
        (ONCE, replace(NEW, this_season=("Call",)), Explanation(ONCE, Finding.FAILS, this_season=("Call",))),
    ],
)
def test_a_rule_says_what_it_found(rule: Rule, known: Known, expected: Explanation) -> None:
    assert explain([rule], known) == [expected]


def test_earlier_seasons_count_only_where_the_rule_says_so() -> None:
    strict = replace(COMPLETED, earlier_seasons=False)

    assert explain([strict], replace(NEW, evidence=(LAB,))) == [Explanation(strict, Finding.FAILS)]


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], Finding.HOLDS),
        ([Finding.HOLDS], Finding.HOLDS),
        ([Finding.HOLDS, Finding.UNKNOWN], Finding.UNKNOWN),
        ([Finding.UNKNOWN, Finding.FAILS], Finding.FAILS),
    ],
)
def test_one_rule_that_fails_decides(findings: list[Finding], expected: Finding) -> None:
    assert outcome([Explanation(ONCE, each) for each in findings]) is expected


def test_rules_are_read_as_a_call_stores_them() -> None:
    stored: list[dict[str, Any]] = [
        {"rule": "completed", "line": "wac-museums", "earlier_seasons": False},
        {"rule": "kinds", "kinds": ["museum"]},
        {"rule": "once_per_season"},
    ]

    assert rules_of(stored) == (replace(COMPLETED, earlier_seasons=False), KINDS, ONCE)
