"""Who may apply, in words: what a call asks for, and what each of its rules says about an institution and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registrar.calls.eligibility import Explanation, Finding, Rule
from registrar.calls.rules import EligibilityRule
from registrar.people.rules import InstitutionKind

Titles = Mapping[str, str]
"""What each programme line is called."""

KINDS = {
    InstitutionKind.MUSEUM: _l("museums"),
    InstitutionKind.GALLERY: _l("art galleries"),
    InstitutionKind.LIBRARY: _l("libraries"),
    InstitutionKind.ARCHIVE: _l("archives"),
    InstitutionKind.HERITAGE_SITE: _l("heritage sites"),
    InstitutionKind.CULTURAL_CENTRE: _l("cultural centres"),
    InstitutionKind.FOUNDATION: _l("foundations"),
    InstitutionKind.UNIVERSITY: _l("universities"),
    InstitutionKind.ASSOCIATION: _l("associations"),
    InstitutionKind.OTHER: _l("other institutions"),
}


@dataclass(frozen=True)
class Sentence:
    """What a rule says about an institution; `instead` is what can be done where it fails."""

    finding: Finding
    text: str
    instead: str = ""
    line: str = ""
    """The programme line to complete first, for a link to its call."""


def asked(rules: Sequence[Rule], titles: Titles) -> list[str]:
    """Return what a call asks of institutions, a sentence per rule."""
    if not rules:
        return [_("Every institution may apply.")]
    return [_asked(rule, titles) for rule in rules]


def explained(explanations: Iterable[Explanation], name: str, titles: Titles) -> list[Sentence]:
    """Return what the rules say about an institution, for its team and for organisers."""
    return [_EXPLAINED[each.rule.rule](each, name, titles) for each in explanations]


def for_everybody(explanations: Iterable[Explanation], name: str, titles: Titles) -> list[Sentence]:
    """Return what the rules say without telling whether the institution has an application."""
    return [
        _once_for_everybody() if each.rule.rule is EligibilityRule.ONCE_PER_SEASON else sentence
        for each in explanations
        for sentence in explained([each], name, titles)
    ]


def listed(names: Iterable[str], last: str) -> str:
    """Write names as a list, `last` before the last one: `a, b and c`."""
    *first, end = [str(each) for each in names]
    return f"{', '.join(first)} {last} {end}" if first else end


def _asked(rule: Rule, titles: Titles) -> str:
    match rule.rule:
        case EligibilityRule.COMPLETED:
            first = str(_("Your institution has completed %(programme)s.", programme=_title(rule, titles)))
            return f"{first} {_('Earlier seasons count.')}" if rule.earlier_seasons else first
        case EligibilityRule.KINDS:
            return str(_("Your institution is one of these: %(kinds)s.", kinds=_kinds(rule)))
    return str(_("Your institution has no other application this season that is open or was accepted."))


def _completed(each: Explanation, name: str, titles: Titles) -> Sentence:
    line, programme = each.rule.line, _title(each.rule, titles)
    if each.finding is Finding.FAILS:
        text = _(
            "This call is for institutions that have completed %(programme)s. "
            "We have no record that %(institution)s has.",
            programme=programme, institution=name,
        )  # fmt: skip
        instead = _(
            "Complete %(programme)s first; it opens the way to this call. If your institution took part under "
            "another name, try that name, or write to us.",
            programme=programme,
        )
        return Sentence(each.finding, text, instead, line)
    stated = next((one for one in each.evidence if one.line), None)
    if stated:
        text = _(
            "%(institution)s completed %(programme)s in %(season)s.",
            institution=name, programme=programme, season=stated.season,
        )  # fmt: skip
        return Sentence(each.finding, text)
    seasons = listed((one.season for one in each.evidence), _("and"))
    text = _(
        "%(institution)s was selected in %(season)s, which counts as completing %(programme)s.",
        institution=name, programme=programme, season=seasons,
    )  # fmt: skip
    return Sentence(each.finding, text)


def _of_a_kind(each: Explanation, name: str, titles: Titles) -> Sentence:
    kinds = _kinds(each.rule)
    match each.finding:
        case Finding.HOLDS:
            return Sentence(each.finding, _("%(institution)s is of a kind that this call is for.", institution=name))
        case Finding.UNKNOWN:
            text = _(
                "We do not know yet what kind of institution %(institution)s is. This call is for %(kinds)s.",
                institution=name, kinds=kinds,
            )  # fmt: skip
            return Sentence(each.finding, text, _("If it is one of these, you can apply; an organiser will check."))
    text = _(
        "This call is for %(kinds)s, and %(institution)s is known to us as something else.",
        institution=name, kinds=kinds,
    )  # fmt: skip
    return Sentence(each.finding, text, _("If that is wrong, write to us, and we will put it right."))


def _once(each: Explanation, name: str, titles: Titles) -> Sentence:
    if each.finding is Finding.HOLDS:
        text = _("%(institution)s has no other application this season.", institution=name)
        return Sentence(each.finding, text)
    text = _(
        "An institution applies once per season, and %(institution)s has an application to %(calls)s.",
        institution=name, calls=listed(each.this_season, _("and")),
    )  # fmt: skip
    return Sentence(each.finding, text, _("Withdraw that application first, or wait for the next season."))


def _once_for_everybody() -> Sentence:
    """Say the rule only: whether an application exists is nobody's business but its team's."""
    text = _("An institution takes part once per season. Whether that holds shows when its team begins to apply.")
    return Sentence(Finding.UNKNOWN, text)


def _title(rule: Rule, titles: Titles) -> str:
    return titles.get(rule.line, rule.line)


def _kinds(rule: Rule) -> str:
    return listed((KINDS[kind] for kind in rule.kinds), _("and"))


_EXPLAINED = {
    EligibilityRule.COMPLETED: _completed,
    EligibilityRule.KINDS: _of_a_kind,
    EligibilityRule.ONCE_PER_SEASON: _once,
}
