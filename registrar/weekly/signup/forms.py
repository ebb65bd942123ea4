"""The sign-up page as a form."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from registrar.programmes.choices import LANGUAGES, CountryField, ZoneField
from registrar.programmes.models import Session
from registrar.web.forms import AddressField, LineField
from registrar.web.locale import current_locale
from registrar.web.traps import TrappedForm
from registrar.weekly.rules import Scope
from registrar.weekly.signup.signing_up import Details

SEASON, THIS, CHOSEN = "season", "this", "chosen"


Week = tuple[str, str, datetime, str]
"""Slug, title in the page's language, start and zone of a session to tick."""


def week_boxes(coming: Sequence[Session], ticked: Collection[str]) -> Any:
    """Return the checkboxes of the sessions to come as HTML, kept for as long as the sessions stay as they are."""
    locale = current_locale()
    rows = tuple((each.slug, each.title(locale), each.starts_at, each.timezone) for each in coming)
    return _week_boxes(rows, frozenset(ticked), locale)


@lru_cache(maxsize=32)
def _week_boxes(rows: tuple[Week, ...], ticked: frozenset[str], _locale: str) -> Any:
    return get_template_attribute("programmes/choices.html", "weeks")(rows, ticked)


class SignUpForm(TrappedForm):
    """Who signs up, and for what."""

    name = LineField(_l("Your name"), [DataRequired(_l("Enter your name."))])
    email = AddressField(_l("E-mail address"), [DataRequired(_l("Enter your e-mail address."))])
    institution = LineField(_l("Institution"), [Optional()])
    country = CountryField(_l("Country"))
    timezone = ZoneField(_l("Your time zone"))
    language = SelectField(_l("Language of the mails"), choices=[Choice(*each) for each in LANGUAGES.items()])
    scope = RadioField(_l("What do you sign up for?"), validators=[InputRequired(_l("Choose what you sign up for."))])
    weeks = SelectMultipleField(
        _l("Weeks"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )
    consent = BooleanField(validators=[InputRequired(_l("Tick the box to let us write to you about the sessions."))])

    def validate_weeks(self, field: SelectMultipleField) -> None:
        if self.scope.data == CHOSEN and not field.data:
            raise ValidationError(_l("Choose at least one week."))

    def details(self, coming: Sequence[Session], only: Session | None, host_zone: str) -> Details:
        """Return what was typed, as it is kept."""
        chosen = {SEASON: [], THIS: [only.id] if only else [], CHOSEN: self._chosen(coming)}[self.scope.data]
        return Details(
            email=self.email.data or "",
            email_key=self.email.key,
            name=self.name.data or "",
            institution=self.institution.data or None,
            country=self.country.data or None,
            timezone=self.timezone.data or host_zone,
            locale=self.language.data,
            scope=Scope.CHOSEN if chosen else Scope.SEASON,
            session_ids=chosen,
        )

    def _chosen(self, coming: Sequence[Session]) -> list[int]:
        return [session.id for session in coming if session.slug in (self.weeks.data or [])]


def sign_up_form(coming: Sequence[Session], only: Session | None, now: datetime) -> SignUpForm:
    """Return the form for these sessions; `only` is the one from whose page the visitor comes."""
    form = SignUpForm(language=current_locale(), scope=SEASON)
    form.weeks.choices = [Choice(session.slug) for session in coming]
    form.scope.choices = _scopes(only)
    form.arm(now)
    return form


def _scopes(only: Session | None) -> list[Choice]:
    this = [Choice(THIS, _("This session only"))] if only else []
    return [Choice(SEASON, _("The whole season")), *this, Choice(CHOSEN, _("Weeks that I choose"))]
