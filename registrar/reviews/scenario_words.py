"""The words for what a scenario limits: what may be chosen in its editor, and each rule as a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registrar.applications.words import INSTITUTION_KINDS
from registrar.calls.models import Call
from registrar.calls.rules import QuestionType
from registrar.people.rules import InstitutionKind
from registrar.reviews.continents import Region
from registrar.reviews.scenario_traits import ANSWER, COUNTRY, HAS, KIND, REGION, TAG
from registrar.reviews.scenarios import Limit
from registrar.web.locale import country_name, current_locale

REGIONS = {
    Region.AFRICA: _l("Africa"),
    Region.ASIA: _l("Asia"),
    Region.EUROPE: _l("Europe"),
    Region.NORTH_AMERICA: _l("North and Central America"),
    Region.SOUTH_AMERICA: _l("South America"),
    Region.OCEANIA: _l("Oceania"),
}
DIFFERENT = {COUNTRY: _l("Different countries"), REGION: _l("Different regions"), KIND: _l("Different kinds")}
EVERY = {COUNTRY: _l("Each country"), REGION: _l("Each region"), KIND: _l("Each kind of institution")}


@dataclass(frozen=True)
class Group:
    """Things of one sort in the editor: (what is sent, what is read)."""

    label: str
    choices: list[tuple[str, str]]


def groups(call: Call, values: Mapping[str, Mapping[str, int]]) -> list[Group]:
    """Return everything that a limit may be set for, with how many applications there are of it."""
    found = [
        Group(_("How many of them"), [(f"different:{each}", str(DIFFERENT[each])) for each in DIFFERENT]),
        Group(_("Every one alike"), [(f"every:{each}", str(EVERY[each])) for each in EVERY]),
    ]
    headings = {COUNTRY: _("Country"), REGION: _("Region of the world"), KIND: _("Kind of institution")}
    for trait, counts in sorted(values.items(), key=lambda item: (item[0] not in headings, item[0])):
        named = sorted((value_name(call, trait, value), value, count) for value, count in counts.items())
        choices = [(f"one:{trait}={value}", f"{name} ({count})") for name, value, count in named]
        found.append(Group(headings.get(trait) or trait_name(call, trait), choices))
    return found


def trait_name(call: Call, trait: str) -> str:
    """Name a trait that is a tag or a question."""
    if trait.startswith(TAG):
        return str(_("Tagged"))
    question = call.form_version.question(trait.removeprefix(ANSWER)) if call.form_version else None
    return question.label.in_(current_locale()) if question else trait


def value_name(call: Call, trait: str, value: str) -> str:
    """Name one value of a trait."""
    if trait == COUNTRY:
        return country_name(value)
    if trait == REGION:
        return str(REGIONS[Region(value)])
    if trait == KIND:
        return str(INSTITUTION_KINDS[InstitutionKind(value)])
    if trait.startswith(TAG) and value == HAS:
        return trait.removeprefix(TAG)
    return _answer_name(call, trait.removeprefix(ANSWER), value)


def subject(call: Call, limit: Limit) -> str:
    """Say what a rule is about."""
    if limit.different:
        return str(DIFFERENT[limit.trait])
    if limit.value is None:
        return str(EVERY[limit.trait])
    name = value_name(call, limit.trait, limit.value)
    return f"{trait_name(call, limit.trait)} – {name}" if limit.trait.startswith((TAG, ANSWER)) else name


def sentence(call: Call, limit: Limit) -> str:
    """Write a rule as a sentence: `France: at most 3`."""
    about = subject(call, limit)
    if limit.least is not None and limit.most is not None:
        return str(_("%(what)s: from %(least)s to %(most)s", what=about, least=limit.least, most=limit.most))
    if limit.least is not None:
        return str(_("%(what)s: at least %(least)s", what=about, least=limit.least))
    return str(_("%(what)s: at most %(most)s", what=about, most=limit.most))


def _answer_name(call: Call, key: str, value: str) -> str:
    question = call.form_version.question(key) if call.form_version else None
    if question is not None and question.type is QuestionType.YES_NO:
        return str({"yes": _("Yes"), "no": _("No")}.get(value, value))
    labels = {each.key: each.label.in_(current_locale()) for each in question.choices} if question else {}
    return labels.get(value, value)
