"""What stands in the way of publishing a call, and what is worth another look, each with the page that mends it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registrar.calls import form_checks
from registrar.calls.eligibility import rules_of
from registrar.calls.models import Call
from registrar.calls.rules import EligibilityRule
from registrar.errors import N_
from registrar.programmes.rules import zone_named

TEXTS = ("about", "criteria", "after")


class Page(StrEnum):
    """Where an organiser mends it."""

    TEXTS = "texts"
    DATES = "dates"
    ADMISSION = "admission"
    FORM = "form"


@dataclass(frozen=True)
class Finding:
    """One thing to mend; `message` is translated with `values` by who shows it."""

    page: Page
    message: str
    values: tuple[tuple[str, object], ...] = ()


def missing(call: Call, lines: Collection[str], now: datetime) -> list[Finding]:
    """Return what must be mended before the call can be published; `lines` are the known programme lines."""
    return [*_titles(call), *_dates(call, now), *_rules(call, lines), *_form(call)]


def advice(call: Call) -> list[Finding]:
    """Return what visitors would miss, though nothing forbids publishing without it."""
    found = []
    for name in TEXTS:
        english, french = getattr(call, f"{name}_en").strip(), getattr(call, f"{name}_fr").strip()
        if not english and not french:
            found.append(Finding(Page.TEXTS, _EMPTY[name]))
        elif not english or not french:
            found.append(Finding(Page.TEXTS, _HALF[name]))
    if call.minutes is None:
        found.append(Finding(Page.ADMISSION, N_("Say how many minutes the form takes.")))
    if call.decides_on is None:
        found.append(Finding(Page.DATES, N_("Say by when teams are told.")))
    return found


_EMPTY = {
    "about": N_("Say what it is and for whom."),
    "criteria": N_("Say what you look for in applications."),
    "after": N_("Say what happens after an application."),
}
_HALF = {
    "about": N_("What it is stands in one language only; the other shows the same text."),
    "criteria": N_("What you look for stands in one language only; the other shows the same text."),
    "after": N_("What happens next stands in one language only; the other shows the same text."),
}


def _titles(call: Call) -> Iterator[Finding]:
    if not call.title_en.strip():
        yield Finding(Page.TEXTS, N_("Give it a title in English."))
    if not call.title_fr.strip():
        yield Finding(Page.TEXTS, N_("Give it a title in French."))


def _dates(call: Call, now: datetime) -> Iterator[Finding]:
    if call.closes_at <= now:
        yield Finding(Page.DATES, N_("The deadline has passed. Choose one that is still to come."))
    deadline = call.closes_at.astimezone(zone_named(call.timezone)).date()
    if call.decides_on is not None and call.decides_on < deadline:
        yield Finding(Page.DATES, N_("Teams would be told before the deadline. Choose a later day."))


def _rules(call: Call, lines: Collection[str]) -> Iterator[Finding]:
    for rule in rules_of(call.eligibility):
        if rule.rule is EligibilityRule.COMPLETED and rule.line not in lines:
            values = (("line", rule.line),)
            yield Finding(Page.ADMISSION, N_("No programme is known as “%(line)s”; choose another one."), values)


def _form(call: Call) -> Iterator[Finding]:
    if call.form_version_id is not None:
        return
    if not call.form.versions and form_checks.errors(call.form.draft_definition):
        yield Finding(Page.FORM, N_("Mend the errors of the form; then it is published together with the call."))
