"""The words in which pages speak of letters: their uses, fields, findings and what uses them."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.letters.checks import Finding
from registrar.letters.rules import LetterUse, Placeholder

USES = {LetterUse.CAMPAIGN: _l("Mailing"), LetterUse.REMINDER: _l("Reminder"), LetterUse.DECISION: _l("Decision")}
PLACES = {
    "subject_en": _l("English subject"),
    "body_en": _l("English text"),
    "subject_fr": _l("French subject"),
    "body_fr": _l("French text"),
}
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}


def place(name: str, line: int | None = None) -> str:
    """Name a field, with the line if it is known."""
    label = str(PLACES[name])
    return _("%(field)s, line %(line)s", field=label, line=line) if line and name.startswith("body") else label


def message(finding: Finding) -> str:
    """Return a finding in the language of the page."""
    return str(_(finding.message, **finding.values))


def meaning(placeholder: Placeholder) -> str:
    return str(_(placeholder.meaning))


def used(uses: Mapping[str, int]) -> str:
    """Tell what uses a letter, by the tables that point at it."""
    parts = []
    if count := uses.get("campaign"):
        parts.append(ngettext("%(num)s mailing", "%(num)s mailings", count))
    if count := uses.get("reminder_rule"):
        parts.append(ngettext("%(num)s reminder rule", "%(num)s reminder rules", count))
    if count := uses.get("call_letter"):
        parts.append(ngettext("%(num)s decision of a call", "%(num)s decisions of a call", count))
    return ", ".join(parts)
