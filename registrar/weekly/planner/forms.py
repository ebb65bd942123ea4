"""Forms of the season planner: when sessions take place."""

from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, IntegerField, RadioField, SelectField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from registrar.errors import Refusal
from registrar.programmes.choices import zone_choices
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import AmbiguousLocalTime, Fold, NonexistentLocalTime, resolve, zone_named
from registrar.web.failures import tell
from registrar.web.forms import BaseForm, LineField, ProseField
from registrar.weekly.planner.changes import Add, Move, Slot, slot_of
from registrar.weekly.planner.fields import grouped_options, https_only, options
from registrar.weekly.planner.planning import Season

LONGEST = 600
"""Minutes."""
MOST_WEEKS = 60
FARTHEST_SHIFT = 26
DAYS = ("%Y-%m-%d", "%d/%m/%Y")


Value = TypeVar("Value")


def given(value: Value | None) -> Value:
    """Return what a validated field holds."""
    if value is None:
        raise ValueError("The form was not validated.")
    return value


def _fold(value: str | Fold | None) -> Fold | None:
    return Fold(value) if value else None


def fold_field() -> RadioField:
    """Ask which of two moments is meant, once a local time has turned out to happen twice."""
    choices = options([(Fold.FIRST, _l("The first one")), (Fold.SECOND, _l("The second one"))])
    label = _l("Which of the two times do you mean?")
    return RadioField(label, choices=choices, coerce=_fold, validators=[Optional()], validate_choice=False)


def capacity_field() -> IntegerField:
    return IntegerField(
        _l("Places"),
        [Optional(), NumberRange(1, 100_000, _l("Enter a number of places from 1, or nothing for no limit."))],
        description=_l("Leave empty for no limit."),
    )


def join_field() -> LineField:
    return LineField(
        _l("Meeting address"),
        [https_only],
        description=_l("Where the meeting is held. Participants see only their own join link, never this address."),
    )


def minutes_field() -> IntegerField:
    message = _l("Enter how many minutes it lasts, from 5 to 600.")
    return IntegerField(_l("Minutes"), [InputRequired(message), NumberRange(5, LONGEST, message)])


def complain(field: Field, message: str) -> None:
    """Show a message at a field that was already validated."""
    field.errors = [*field.errors, message]


class StepForm(BaseForm):
    """A form in steps: written, previewed, carried out."""

    step = HiddenField()
    seen = HiddenField()
    """What the preview showed."""

    @property
    def asks_fold(self) -> bool:
        """Tell whether to show the question which of two equal local times is meant."""
        return "fold" in self and bool(self["fold"].errors or self["fold"].data)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal where it can be mended."""
        place = self._place_of(refusal)
        if place is None:
            self.form_errors.append(tell(refusal))
        else:
            complain(place, tell(refusal))

    def _place_of(self, refusal: Refusal) -> Field | None:
        places = {AmbiguousLocalTime: "fold", NonexistentLocalTime: "at"}
        return next((field for field in self if field.name == places.get(type(refusal))), None)


class SlotForm(StepForm):
    """A date, a wall-clock time and how long."""

    on = DateField(_l("Date"), [DataRequired(_l("Enter a date."))])
    at = TimeField(_l("Time"), [InputRequired(_l("Enter a time, for example 18:00."))])
    minutes = minutes_field()
    fold = fold_field()

    def slot(self, timezone: str) -> Slot:
        """Return the moments, or refuse a local time that does not exist or happens twice."""
        starts_at = resolve(given(self.on.data), given(self.at.data), timezone, self.fold.data)
        return Slot(starts_at, starts_at + timedelta(minutes=given(self.minutes.data)))


class MoveForm(SlotForm):
    def change(self, session: Session) -> Move:
        return Move(session.id, self.slot(session.timezone))


class AddForm(SlotForm):
    title_en = LineField(_l("Title in English"))
    title_fr = LineField(_l("Title in French"))
    join_url = join_field()
    capacity = capacity_field()

    def change(self, programme: Programme) -> Add:
        return Add(
            slot=self.slot(programme.timezone),
            title_en=self.title_en.data or "",
            title_fr=self.title_fr.data or "",
            join_url=self.join_url.data or None,
            capacity=self.capacity.data,
        )


class ShiftForm(StepForm):
    weeks = IntegerField(
        _l("By how many weeks?"),
        [
            InputRequired(_l("Enter a number of weeks.")),
            NumberRange(-FARTHEST_SHIFT, FARTHEST_SHIFT, _l("Enter at most 26 weeks.")),
        ],
        description=_l("1 is a week later, -1 a week earlier. The time of day stays."),
    )
    fold = fold_field()


class CancelForm(StepForm):
    reason_en = ProseField(_l("Reason in English"), description=_l("People read it in their mail and on the page."))
    reason_fr = ProseField(_l("Reason in French"))

    def validate_reason_en(self, field: Field) -> None:
        if not (field.data or self.reason_fr.data):
            raise ValidationError(_l("Say why, in one language at least: people will ask."))


class ReinstateForm(StepForm):
    """Nothing to fill in: the session takes place as it was planned."""


class SeasonForm(StepForm):
    """A whole season: prefilled from the programme of the catalogue."""

    on = DateField(_l("First session on"), [DataRequired(_l("Enter the date of the first session."))])
    at = TimeField(_l("Time"), [InputRequired(_l("Enter a time, for example 18:00."))])
    timezone = SelectField(_l("Time zone"), description=_l("The time of day stays the same there all season."))
    minutes = minutes_field()
    weeks = IntegerField(
        _l("Number of sessions"),
        [
            InputRequired(_l("Enter how many sessions there are.")),
            NumberRange(1, MOST_WEEKS, _l("Enter a number from 1 to 60.")),
        ],
    )
    skipping = ProseField(
        _l("Dates without a session"),
        description=_l("One date per line, for example 2026-12-23. The season ends later."),
    )
    capacity = capacity_field()
    join_url = join_field()
    fold = fold_field()

    def offer_zones(self, language: str, current: str) -> None:
        """Fill the list of time zones."""
        self.timezone.choices = grouped_options(zone_choices(language, current))

    def validate_skipping(self, field: Field) -> None:
        try:
            days(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("Write each date on a line of its own, like 2026-12-23.")) from error

    @property
    def season(self) -> Season:
        return Season(
            first_on=given(self.on.data),
            starts=given(self.at.data),
            timezone=self.timezone.data,
            weeks=given(self.weeks.data),
            duration=timedelta(minutes=given(self.minutes.data)),
            skipping=days(self.skipping.data or ""),
            capacity=self.capacity.data,
            join_url=self.join_url.data or None,
            fold=self.fold.data,
        )


def days(text: str) -> frozenset[date]:
    """Read one date per line; raise `ValueError` for what is no date."""
    return frozenset(_day(line.strip()) for line in text.splitlines() if line.strip())


def first_suggestion(programme: Programme, now: datetime) -> dict[str, Any]:
    """Return what a season of this programme most likely is: its weekday and time in the catalogue, from now on."""
    today = now.astimezone(zone_named(programme.timezone)).date()
    ahead = ((programme.weekday or 0) - today.weekday()) % 7 or 7
    return {
        "on": today + timedelta(days=ahead),
        "at": programme.starts,
        "timezone": programme.timezone,
        "minutes": _minutes(programme.duration or timedelta(hours=1)),
        "weeks": programme.weeks,
        "capacity": programme.capacity,
        "join_url": programme.join_url or "",
    }


def slot_values(session: Session) -> dict[str, Any]:
    """Return when the session takes place, as the fields of a form."""
    return fields_of(slot_of(session), session.timezone)


def fields_of(slot: Slot, timezone: str) -> dict[str, Any]:
    """Return a slot as date, wall-clock time and minutes."""
    wall = slot.starts_at.astimezone(zone_named(timezone))
    return {"on": wall.date(), "at": wall.time(), "minutes": _minutes(slot.ends_at - slot.starts_at)}


def _minutes(duration: timedelta) -> int:
    return duration // timedelta(minutes=1)


def _day(text: str) -> date:
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise ValueError(text)
