"""Forms of campaigns: what it is called, whom it is for, when it leaves, and the last question before it does."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
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
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.campaigns import words
from registrar.campaigns.rules import LARGEST_CANARY, Registered, SeatWish
from registrar.campaigns.segments import Segment, parse
from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate
from registrar.programmes.choices import zone_choices
from registrar.programmes.models import Programme, Season, Session
from registrar.programmes.rules import AmbiguousLocalTime, resolve
from registrar.programmes.timezones import valid_zone
from registrar.web.failures import tell
from registrar.web.forms import BaseForm, LineField
from registrar.web.locale import country_name, current_locale, short_time
from registrar.weekly.planner.fields import grouped_options, options
from registrar.weekly.planner.forms import complain, fold_field, given

LATEST_YEAR = 2100
MOST_SESSIONS = 1000


def _number(value: Any) -> int | None:
    return int(value) if value else None


def bearable_day(form: BaseForm, field: Field) -> None:
    """Refuse days that no calendar of ours reaches."""
    if field.data and not 2000 <= field.data.year <= LATEST_YEAR:
        raise ValidationError(_("Enter a date between 2000 and 2100."))


class DetailsForm(BaseForm):
    """What a campaign is called, in whose name it is sent, and in which words."""

    name = LineField(
        _l("Name"),
        [DataRequired(_l("Give it a name that you will recognise."))],
        description=_l("Only the team sees it."),
    )
    programme = SelectField(
        _l("In the name of"),
        coerce=_number,
        validators=[InputRequired(_l("Choose a series."))],
        description=_l("Recipients can stop the announcements of this series, and of no other."),
    )
    template = SelectField(_l("Letter"), coerce=_number, validators=[InputRequired(_l("Choose a letter."))])

    def offer(self, programmes: Iterable[Programme], letters: Iterable[LetterTemplate]) -> None:
        """Fill the selects."""
        self.programme.choices = options((str(each.id), each.title) for each in programmes)
        self.template.choices = options((str(each.id), each.name) for each in letters)


class SegmentForm(BaseForm):
    """Whom a campaign is for: every condition that is filled in must hold."""

    step = HiddenField()
    series = SelectField(_l("Series"), coerce=_number, validators=[Optional()])
    registered = RadioField(
        _l("Registration"), choices=options((key.value, name) for key, name in words.REGISTERED.items()),
        default=Registered.LIVE.value, validators=[Optional()],
    )  # fmt: skip
    signed_up_since = DateField(_l("Signed up on this day or later"), [Optional(), bearable_day])
    signed_up_until = DateField(_l("Signed up on this day or earlier"), [Optional(), bearable_day])
    seat_session = SelectField(_l("Session"), coerce=_number, validators=[Optional()])
    seat = RadioField(
        _l("Place"), choices=options((key.value, name) for key, name in words.SEATS.items()),
        default=SeatWish.CONFIRMED.value, validators=[Optional()],
    )  # fmt: skip
    attended_session = SelectField(_l("Attended this session"), coerce=_number, validators=[Optional()])
    missed_session = SelectField(
        _l("Missed this session"), coerce=_number, validators=[Optional()],
        description=_l("Had a place and was not there."),
    )  # fmt: skip
    attended_series = SelectField(_l("Series"), coerce=_number, validators=[Optional()])
    attended_at_least = IntegerField(_l("Attended at least so many sessions"), [Optional(), NumberRange(0, 1000)])
    attended_at_most = IntegerField(_l("Attended at most so many sessions"), [Optional(), NumberRange(0, 1000)])
    cohort = SelectField(
        _l("Institution selected in"), coerce=_number, validators=[Optional()],
        description=_l("Compared with the name of the institution that people have typed."),
    )  # fmt: skip
    countries = SelectMultipleField(
        _l("Countries"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validators=[Optional()]
    )
    locale = SelectField(_l("Language"), validators=[Optional()])
    tags_any = LineField(_l("Any of these tags"))
    tags_all = LineField(_l("All of these tags"))
    tags_none = LineField(_l("None of these tags"))

    def offer(
        self, programmes: Iterable[Programme], sessions: Iterable[Session], countries: Iterable[str],
        tags: Sequence[str], cohorts: Iterable[Season],
    ) -> None:  # fmt: skip
        """Fill the selects with what there is."""
        language, anything = current_locale(), [("", _("any"))]
        series = [("", _("any")), *((str(each.id), each.title) for each in programmes)]
        named = [(str(each.id), session_name(each, language)) for each in sessions]
        self.series.choices = self.attended_series.choices = options(series)
        for field in (self.seat_session, self.attended_session, self.missed_session):
            field.choices = options([*anything, *named])
        self.countries.choices = options(sorted(((code, country_name(code)) for code in countries), key=lambda c: c[1]))
        self.cohort.choices = options([*anything, *((str(each.id), each.title) for each in cohorts)])
        self.locale.choices = options([*anything, *words.LANGUAGES.items()])
        self.known_tags = tags

    def fill(self, segment: Segment) -> None:
        """Show what is stored."""
        for name in segment.stored():
            value = getattr(segment, name)
            self[name].data = ", ".join(value) if name.startswith("tags_") else value
        self.countries.data = list(segment.countries)

    @property
    def segment(self) -> Segment:
        """What was asked for, or a refusal that says what does not go together."""
        typed = {name: self._typed(name) for name in _CONDITIONS}
        return parse({name: value for name, value in typed.items() if value not in (None, "", [])})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then that the days follow each other and that every tag exists."""
        fine = super().validate(extra_validators)
        for name in ("tags_any", "tags_all", "tags_none"):
            unknown = [tag for tag in _names(self[name].data) if tag not in self.known_tags]
            if unknown:
                complain(self[name], _("Nobody has this tag: %(tags)s.", tags=", ".join(unknown)))
        since, until = self.signed_up_since.data, self.signed_up_until.data
        if since and until and since > until:
            complain(self.signed_up_until, _("This day is before the first one."))
        return fine and not self.errors

    def refuse(self, refusal: Refusal) -> None:
        """Show what does not go together at its place."""
        complain(self.attended_series, tell(refusal))

    def _typed(self, name: str) -> Any:
        value = self[name].data
        if name.startswith("tags_"):
            return _names(value)
        return value.isoformat() if isinstance(value, date) else value


_CONDITIONS = tuple(Segment.__dataclass_fields__)


def _names(text: str | None) -> list[str]:
    return [name for name in (each.strip() for each in (text or "").split(",")) if name]


def session_name(session: Session, language: str) -> str:
    """Name a session by its day and title."""
    return f"{short_time(session.starts_at, session.timezone)} · {session.title(language)}"


class ScheduleForm(BaseForm):
    """When a campaign leaves, and how many get it first."""

    leaves = RadioField(
        _l("When it leaves"),
        choices=options(
            [("soon", _l("As soon as it is approved and its hold is over")), ("later", _l("At this time"))]
        ),
        default="soon",
    )
    on = DateField(_l("Date"), [Optional(), bearable_day])
    at = TimeField(_l("Time"), [Optional()])
    timezone = SelectField(_l("Time zone"))
    fold = fold_field()
    canary_size = IntegerField(
        _l("First to a few"),
        [Optional(), NumberRange(1, LARGEST_CANARY, _l("Enter a number from 1 to 1000, or nothing."))],
        description=_l(
            "So many get it first; the others half an hour later, unless over a tenth of the first mails come back."
        ),
    )

    def offer_zones(self, current: str) -> None:
        """Fill the select."""
        self.timezone.choices = grouped_options(zone_choices(current_locale(), current))

    @property
    def asks_fold(self) -> bool:
        """Tell whether to ask which of two equal local times is meant."""
        return bool(self.fold.errors or self.fold.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that a time is given where one is meant."""
        fine = super().validate(extra_validators)
        if self.leaves.data == "later":
            for field, message in ((self.on, _("Enter a date.")), (self.at, _("Enter a time, for example 18:00."))):
                if field.data is None and not field.errors:
                    complain(field, message)
        return fine and not self.errors and valid_zone(self.timezone.data)

    @property
    def starts_at(self) -> datetime | None:
        """The moment; a local time that does not exist or happens twice is refused."""
        if self.leaves.data != "later":
            return None
        return resolve(given(self.on.data), given(self.at.data), self.timezone.data, self.fold.data)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal where it can be mended."""
        complain(self.fold if isinstance(refusal, AmbiguousLocalTime) else self.at, tell(refusal))


class ApproveForm(BaseForm):
    """The last question: how many will get it."""

    seen = HiddenField()
    typed = IntegerField(_l("Number of recipients"), [Optional()])

    @property
    def seen_count(self) -> int:
        seen = str(self.seen.data or "")
        return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


class TeamForm(BaseForm):
    """To whom of the team a test goes, and how it is read."""

    staff = SelectField(_l("To"), coerce=_number)
    language = SelectField(_l("Language"), choices=options(words.LANGUAGES.items()))

    def offer(self, team: Iterable[tuple[int, str]]) -> None:
        """Fill the select with the addresses of the team."""
        self.staff.choices = options((str(number), name) for number, name in team)
