"""What the rules of a call say, in sentences for teams, organisers and everybody."""

import pytest

from registrar.calls.eligibility import Evidence, Explanation, Finding, Known, Rule, explain
from registrar.calls.eligibility_words import Sentence, asked, explained, for_everybody, listed
from registrar.calls.rules import EligibilityRule
from registrar.people.rules import InstitutionKind

pytestmark = pytest.mark.usefixtures("context")
TITLES = {"wac-museums": "WAC Museums"}
COMPLETED = Rule(EligibilityRule.COMPLETED, "wac-museums")
KINDS = Rule(EligibilityRule.KINDS, kinds=(InstitutionKind.MUSEUM, InstitutionKind.LIBRARY))
ONCE = Rule(EligibilityRule.ONCE_PER_SEASON)


def said(rule: Rule, known: Known) -> Sentence:
    (found,) = explained(explain([rule], known), known.name, TITLES)
    return found


def test_a_call_without_rules_is_open_to_all() -> None:
    assert asked([], TITLES) == ["Every institution may apply."]


def test_each_rule_says_what_it_asks() -> None:
    assert asked([COMPLETED, KINDS, ONCE], TITLES) == [
        "Your institution has completed WAC Museums. Earlier seasons count.",
        "Your institution is one of these: museums and libraries.",
        "Your institution has no other application this season that is open or was accepted.",
    ]


def test_several_seasons_are_named_in_a_list() -> None:
    known = Known("HEK", None, True, (Evidence("season 1", None), Evidence("season 2", None)))
    assert said(COMPLETED, known).text == (
        "HEK was selected in season 1 and season 2, which counts as completing WAC Museums."
    )


def test_a_recorded_completion_says_more_than_a_selection() -> None:
    known = Known("HEK", None, True, (Evidence("season 1", None), Evidence("season 4", "wac-museums")))
    assert said(COMPLETED, known).text == "HEK completed WAC Museums in season 4."


def test_what_fails_says_what_to_do_instead_and_names_the_line() -> None:
    found = said(COMPLETED, Known("New", None, True))
    assert (found.finding, found.line, found.instead.startswith("Complete WAC Museums first")) == (
        Finding.FAILS, "wac-museums", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (InstitutionKind.MUSEUM, "New is of a kind that this call is for."),
        (InstitutionKind.OTHER, "This call is for museums and libraries, and New is known to us as something else."),
        (None, "We do not know yet what kind of institution New is. This call is for museums and libraries."),
    ],
)
def test_kinds_are_explained(kind: InstitutionKind | None, text: str) -> None:
    assert said(KINDS, Known("New", kind, True)).text == text


def test_another_application_is_named_to_the_team_and_to_nobody_else() -> None:
    known = Known("New", None, True, this_season=("Call one",))
    assert said(ONCE, known).text == "An institution applies once per season, and New has an application to Call one."
    public = for_everybody([Explanation(ONCE, Finding.FAILS, this_season=("Call one",))], "New", TITLES)
    assert public == for_everybody([Explanation(ONCE, Finding.HOLDS)], "New", TITLES)


def test_names_are_listed_as_people_do() -> None:
    assert [listed(names, "and") for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
