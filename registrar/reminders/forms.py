"""The form of a reminder rule: a sentence of four fields, whom it is for, and in which words."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, NumberRange, Optional

from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate
from registrar.reminders.editing import Details
from registrar.reminders.models import ReminderRule
from registrar.reminders.rule_words import ANCHORS, AUDIENCES
from registrar.reminders.rules import Anchor, Audience, Unit, WrongAudience, WrongLead, WrongTime, WrongWords
from registrar.web.failures import tell
from registrar.web.forms import BaseForm
from registrar.weekly.planner.fields import options

UNITS = {Unit.MINUTES: _l("minutes"), Unit.HOURS: _l("hours"), Unit.DAYS: _l("days")}
LENGTHS = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}
PLACES = {WrongLead: "number", WrongTime: "at", WrongAudience: "audience", WrongWords: "words"}
"""Where each refusal can be mended."""
MOST = 100_000


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return options((choice.value, text) for choice, text in words.items())


class ChangeForm(BaseForm):
    """When a rule's mails leave and in which words; what it counts from and whom it is for stays."""

    number = IntegerField(
        _l("How long"),
        [
            InputRequired(_l("Enter a number, 0 for the same day.")),
            NumberRange(0, MOST, _l("Enter a number from 0.")),
        ],
    )
    unit = SelectField(_l("Unit"), choices=_choices(UNITS), default=Unit.HOURS.value)
    at = TimeField(
        _l("At a time of day"),
        [Optional()],
        description=_l("Leave it empty to count exactly. With a time, count in days: 0 days is the same day."),
    )
    words = SelectField(_l("In which words"), coerce=int, default=0)

    def offer_words(self, letters: Iterable[LetterTemplate]) -> None:
        """Offer the house's words and the organisers' own."""
        self.words.choices = options([(0, _l("The house’s own")), *((each.id, each.name) for each in letters)])

    def details(self, anchor: Anchor, audience: Audience) -> Details:
        """Return what was entered for a rule that counts from there and is for them."""
        lead = (self.number.data or 0) * LENGTHS[Unit(self.unit.data)]
        return Details(anchor, lead, self.at.data, audience, self.words.data or None)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal where it can be mended."""
        place = next((field for field in self if field.name == PLACES.get(type(refusal))), None)
        if place is None:
            self.form_errors.append(tell(refusal))
        else:
            place.errors = [*place.errors, tell(refusal)]


class RuleForm(ChangeForm):
    """A new rule."""

    anchor = SelectField(_l("Counted from"), choices=_choices(ANCHORS), default=Anchor.START.value)
    audience = RadioField(_l("For whom"), choices=_choices(AUDIENCES), default=Audience.CONFIRMED.value)

    def new_details(self) -> Details:
        """Return what was entered."""
        return self.details(Anchor(self.anchor.data), Audience(self.audience.data))


def values_of(rule: ReminderRule) -> dict[str, Any]:
    """Return what the form of a stored rule holds."""
    unit = next(each for each in _units(rule) if rule.lead % LENGTHS[each] == timedelta(0))
    return {
        "number": rule.lead // LENGTHS[unit],
        "unit": unit.value,
        "at": rule.at_local,
        "words": rule.template_id or 0,
    }


def _units(rule: ReminderRule) -> tuple[Unit, ...]:
    """Return the units to try, the largest first; a single day is said as 24 hours unless it goes with a time."""
    if rule.at_local is not None:
        return (Unit.DAYS,)
    long = rule.lead > LENGTHS[Unit.DAYS]
    return (Unit.DAYS, Unit.HOURS, Unit.MINUTES) if long else (Unit.HOURS, Unit.MINUTES)
