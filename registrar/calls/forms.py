"""Forms of organisers for calls: what one is called, what it says, when it runs, who may apply."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.calls.eligibility import Rule, rules_of, to_stored
from registrar.calls.eligibility_words import KINDS
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import EligibilityRule
from registrar.errors import Refusal
from registrar.people.rules import InstitutionKind
from registrar.programmes.choices import ZoneField
from registrar.programmes.rules import AmbiguousLocalTime, Fold, resolve, zone_named
from registrar.web.failures import tell
from registrar.web.forms import BaseForm, LineField, ProseField

MOST_GRACE = 24 * 60
"""Minutes."""
MARKDOWN = _l("Markdown: an empty line begins a new paragraph, “- ” a list item, **bold**, [words](https://address).")
Value = TypeVar("Value")


def given(value: Value | None) -> Value:
    """Return what a validated field holds."""
    if value is None:
        raise ValueError("The form was not validated.")
    return value


def complain(field: Field, message: str) -> None:
    """Show a message at a field that was already validated."""
    field.errors = [*field.errors, message]


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _fold(value: str | Fold | None) -> Fold | None:
    return Fold(value) if value in set(Fold) else None


def _fold_field() -> RadioField:
    choices = options([(Fold.FIRST, _l("The first of the two")), (Fold.SECOND, _l("The second of the two"))])
    label = _l("The clocks go back that day. Which of the two times do you mean?")
    return RadioField(label, choices=choices, coerce=_fold, validators=[Optional()], validate_choice=False)


def _bearable_day(form: BaseForm, field: Field) -> None:
    if field.data and not 2000 <= field.data.year <= 2100:
        raise ValidationError(_("Enter a date between 2000 and 2100."))


class SeenForm(BaseForm):
    """A form that knows which version of the call it showed."""

    seen = HiddenField()
    step = HiddenField()

    @property
    def seen_number(self) -> int:
        """The version that was shown; what is no number fits none."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 9 else -1

    def written(self) -> dict[str, Field]:
        """Return the fields that hold something of the call, by name."""
        return {each.short_name: each for each in self if each.short_name not in ("seen", "step", "csrf_token")}


class TextsForm(SeenForm):
    """What a call says, in both languages."""

    title_en = LineField(_l("Title in English"))
    title_fr = LineField(_l("Title in French"))
    about_en = ProseField(_l("What it is and for whom, in English"), description=MARKDOWN)
    about_fr = ProseField(_l("What it is and for whom, in French"))
    criteria_en = ProseField(_l("What you look for, in English"))
    criteria_fr = ProseField(_l("What you look for, in French"))
    after_en = ProseField(_l("What happens after an application, in English"))
    after_fr = ProseField(_l("What happens after an application, in French"))

    @staticmethod
    def stored(call: Call) -> dict[str, Any]:
        """Return what the fields show of a call."""
        names = ("title", "about", "criteria", "after")
        return {f"{name}_{locale}": getattr(call, f"{name}_{locale}") for name in names for locale in ("en", "fr")}

    @property
    def values(self) -> dict[str, Any]:
        """The columns as they were filled in."""
        return {name: field.data or "" for name, field in self.written().items()}


class DatesForm(SeenForm):
    """When a call opens and closes, as wall-clock times in its zone."""

    timezone = ZoneField(_l("Time zone of the deadline"), [DataRequired(_l("Choose a time zone from the list."))])
    opens_on = DateField(_l("Opens on"), [DataRequired(_l("Enter the day on which it opens.")), _bearable_day])
    opens_at = TimeField(_l("at"), [InputRequired(_l("Enter a time, for example 10:00."))])
    opens_fold = _fold_field()
    closes_on = DateField(_l("Closes on"), [DataRequired(_l("Enter the day of the deadline.")), _bearable_day])
    closes_at = TimeField(
        _l("at"),
        [InputRequired(_l("Enter a time, for example 18:00."))],
        description=_l("The deadline: an application arrives before it."),
    )
    closes_fold = _fold_field()
    grace = IntegerField(
        _l("Minutes of grace"),
        [InputRequired(_l("Enter a number of minutes, or 0.")), NumberRange(0, MOST_GRACE)],
        description=_l("How long after the deadline what is on its way still arrives. Visitors are not told."),
    )
    decides_on = DateField(_l("Teams are told by"), [Optional(), _bearable_day])

    @staticmethod
    def stored(call: Call) -> dict[str, Any]:
        """Return what the fields show of a call."""
        return {
            **_wall("opens", call.opens_at, call.timezone),
            **_wall("closes", call.closes_at, call.timezone),
            "timezone": call.timezone,
            "grace": int(call.grace.total_seconds() // 60),
            "decides_on": call.decides_on,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then that the local times exist, once."""
        if not super().validate(extra_validators):
            return False
        return all([self._exists("opens"), self._exists("closes")])

    def asks_fold(self, name: str) -> bool:
        """Tell whether to show the question which of two equal local times is meant."""
        return bool(self[f"{name}_fold"].errors or self[f"{name}_fold"].data)

    @property
    def values(self) -> dict[str, Any]:
        """The columns as they were filled in."""
        return {
            "opens_at": self._moment("opens"),
            "closes_at": self._moment("closes"),
            "timezone": self.timezone.data,
            "grace": timedelta(minutes=given(self.grace.data)),
            "decides_on": self.decides_on.data,
        }

    def _moment(self, name: str) -> datetime:
        on, at, fold = (self[f"{name}_{part}"].data for part in ("on", "at", "fold"))
        return resolve(on, at, given(self.timezone.data), fold)

    def _exists(self, name: str) -> bool:
        try:
            self._moment(name)
        except AmbiguousLocalTime as twice:
            complain(self[f"{name}_fold"], tell(twice))
        except Refusal as never:
            complain(self[f"{name}_at"], tell(never))
        else:
            return True
        return False


class AdmissionForm(SeenForm):
    """Who may apply, for how many places, and how long the form takes."""

    completed = BooleanField(_l("Only institutions that completed a programme"))
    line = SelectField(_l("Which programme?"), validators=[Optional()])
    earlier_seasons = BooleanField(
        _l("Institutions that were selected in an earlier season count as having completed it")
    )
    of_kinds = BooleanField(_l("Only institutions of certain kinds"))
    kinds = SelectMultipleField(
        _l("Which kinds?"), choices=options((kind.value, words) for kind, words in KINDS.items()),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validators=[Optional()],
    )  # fmt: skip
    once = BooleanField(
        _l("Once per season"),
        description=_l("Not with another application of the season that is open or was accepted."),
    )
    places = IntegerField(
        _l("Places"), [Optional(), NumberRange(1, 10_000, _l("Enter a number of places from 1, or nothing."))]
    )
    minutes = IntegerField(
        _l("Minutes it takes to fill in the form"),
        [Optional(), NumberRange(1, 6000, _l("Enter a number of minutes from 1, or nothing."))],
    )

    @staticmethod
    def stored(call: Call) -> dict[str, Any]:
        """Return what the fields show of a call."""
        rules = {each.rule: each for each in rules_of(call.eligibility)}
        completed = rules.get(EligibilityRule.COMPLETED)
        kinds = rules.get(EligibilityRule.KINDS)
        return {
            "completed": completed is not None,
            "line": completed.line if completed else "",
            "earlier_seasons": completed.earlier_seasons if completed else True,
            "of_kinds": kinds is not None,
            "kinds": [each.value for each in kinds.kinds] if kinds else [],
            "once": EligibilityRule.ONCE_PER_SEASON in rules,
            "places": call.places,
            "minutes": call.minutes,
        }

    def offer(self, lines: Mapping[str, str]) -> None:
        """Fill the select with the programme lines."""
        self.line.choices = options([("", _("Choose a programme")), *sorted(lines.items(), key=lambda each: each[1])])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then that each rule that is asked says what it asks."""
        valid = bool(super().validate(extra_validators))
        if self.completed.data and not self.line.data:
            complain(self.line, _("Choose which programme must have been completed."))
            valid = False
        if self.of_kinds.data and not self.kinds.data:
            complain(self.kinds, _("Choose at least one kind."))
            valid = False
        return valid

    @property
    def rules(self) -> list[Rule]:
        found = []
        if self.completed.data:
            earlier = bool(self.earlier_seasons.data)
            found.append(Rule(EligibilityRule.COMPLETED, given(self.line.data), earlier))
        if self.of_kinds.data:
            found.append(Rule(EligibilityRule.KINDS, kinds=tuple(map(InstitutionKind, self.kinds.data or ()))))
        if self.once.data:
            found.append(Rule(EligibilityRule.ONCE_PER_SEASON))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The columns as they were filled in."""
        return {"eligibility": to_stored(self.rules), "places": self.places.data, "minutes": self.minutes.data}


class FormChoice(SeenForm):
    """Which form a draft asks."""

    form = SelectField(_l("Application form"), coerce=int, validators=[InputRequired(_l("Choose a form."))])

    def offer(self, forms: Iterable[ApplicationForm]) -> None:
        self.form.choices = options((each.id, each.name) for each in forms)


def _wall(name: str, at: datetime, zone: str) -> dict[str, Any]:
    """Return a moment as the date and time of a zone; which of two times only where it needs saying."""
    wall = at.astimezone(zone_named(zone))
    return {f"{name}_on": wall.date(), f"{name}_at": wall.time(), f"{name}_fold": Fold.SECOND if wall.fold else None}
