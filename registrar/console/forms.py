"""The console's filters, as forms that are sent by GET, and the forms of its actions."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField, SearchField, SelectField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from registrar.campaigns.models import Campaign
from registrar.console import words
from registrar.console.rules import LedgerFilter, ListState, RegistrationFilter, Sort
from registrar.mail import gate
from registrar.mail.rules import MailState
from registrar.programmes.models import Programme, Session
from registrar.programmes.timezones import country_codes
from registrar.web.filter_forms import FilterForm, choices, row_number, search_text
from registrar.web.forms import BaseForm, LineField
from registrar.web.locale import babel_locale, country_name, current_locale, short_time

__all__ = ["FilterForm", "LedgerFilterForm", "RegistrationFilterForm", "row_number", "search_text"]
CAME_BACK = "came_back"
FORECAST_WEEKS = (1, 4, 8, 13, 26)
"""How far the forecast may look; the second is what it shows first."""


def session_choices(sessions: list[Session], everything: Any) -> list[Any]:
    """Return sessions by their day and title."""
    locale = current_locale()
    names = {each.id: f"{short_time(each.starts_at, each.timezone)} · {each.title(locale)}" for each in sessions}
    return choices(names, everything)


@cache
def country_names(locale: str) -> dict[str, str]:
    """Return the countries in the order of their names in a language; cached, because 250 names are sorted."""
    names = {code: country_name(code) for code in country_codes()}
    return dict(sorted(names.items(), key=lambda item: item[1]))


class RegistrationFilterForm(FilterForm):
    """What the list of registrations may be narrowed to."""

    q = SearchField(_l("Name, address or institution"))
    programme = SelectField(_l("Series"))
    session = SelectField(_l("Session"))
    state = SelectField(_l("State"))
    country = SelectField(_l("Country"))
    locale = SelectField(_l("Language"))
    scope = SelectField(_l("Registered for"))
    sort = SelectField(_l("Order"))

    def offer(self, programmes: list[Programme], sessions: list[Session]) -> None:
        """Fill the selects."""
        self.programme.choices = choices({each.id: each.title for each in programmes}, _("All series"))
        self.session.choices = session_choices(sessions, _("All sessions"))
        self.state.choices = choices(words.LIST_STATES, _("All states"))
        self.country.choices = choices(country_names(str(babel_locale().language)), _("All countries"))
        self.locale.choices = choices(words.LOCALES, _("All languages"))
        self.scope.choices = choices(words.SCOPES, _("Anything"))
        self.sort.choices = [Choice(sort.value, str(name)) for sort, name in words.SORTS.items()]

    @property
    def details(self) -> RegistrationFilter:
        programme, session, state = self.chosen("programme"), self.chosen("session"), self.chosen("state")
        return RegistrationFilter(
            text=search_text(self.q),
            programme_id=int(programme) if programme else None,
            session_id=int(session) if session else None,
            state=ListState(state) if state else None,
            country=self.chosen("country"),
            locale=self.chosen("locale"),
            scope=self.chosen("scope"),
            sort=Sort(self.chosen("sort") or Sort.NEWEST),
        )


class LedgerFilterForm(FilterForm):
    """What the mail ledger may be narrowed to; mailing, person and rule come with a link."""

    q = SearchField(_l("Name or address"))
    session = SelectField(_l("Session"))
    kind = SelectField(_l("Kind"))
    state = SelectField(_l("State"))
    campaign = HiddenField()
    person = HiddenField()
    rule = HiddenField()

    def offer(self, sessions: list[Session]) -> None:
        """Fill the selects."""
        self.session.choices = session_choices(sessions, _("All sessions"))
        self.kind.choices = choices(words.KINDS, _("All kinds"))
        self.state.choices = choices({**words.STATES, CAME_BACK: _("A report came in")}, _("All states"))

    @property
    def details(self) -> LedgerFilter:
        session, state = self.chosen("session"), self.chosen("state")
        return LedgerFilter(
            text=search_text(self.q),
            session_id=int(session) if session else None,
            kind=self.chosen("kind"),
            state=MailState(state) if state and state != CAME_BACK else None,
            came_back=state == CAME_BACK,
            campaign_id=row_number(self.campaign.data),
            person_id=row_number(self.person.data),
            rule_id=row_number(self.rule.data),
        )


class SettleForm(BaseForm):
    """What is known about mails in doubt."""

    how = SelectField(_l("What is known"), [InputRequired(_l("Choose what is known."))])
    upto = HiddenField()

    def __init__(self) -> None:
        super().__init__()
        self.how.choices = choices(words.SETTLEMENTS, _("Choose"))

    @property
    def newest(self) -> int:
        """The newest mail that was shown: what came later is not decided about."""
        return row_number(self.upto.data) or 0


class WhyForm(FilterForm):
    """Which person and which session are asked about."""

    q = SearchField(_l("Name or address"))
    session = SelectField(_l("Session"))

    def offer(self, sessions: list[Session]) -> None:
        """Fill the select."""
        self.session.choices = session_choices(sessions, _("Choose a session"))


class PauseForm(BaseForm):
    """What to pause, and why."""

    scope = SelectField(_l("What to pause"), [InputRequired(_l("Choose what to pause."))])
    why = LineField(_l("Why"), [InputRequired(_l("Say why, for those who find it paused."))])

    def offer(self, campaigns: Iterable[Campaign]) -> None:
        """Fill the select: everything, mailings under way, and kinds of mail; the team can always sign in."""
        kinds = {gate.kind_scope(kind): name for kind, name in words.KINDS.items() if not kind.startswith("accounts.")}
        mailings = {gate.campaign_scope(each.id): _("Mailing: %(name)s", name=each.name) for each in campaigns}
        self.scope.choices = choices({gate.EVERYTHING: _("All mail"), **mailings, **kinds}, _("Choose"))


class ForecastForm(FilterForm):
    """How far ahead to look."""

    weeks = SelectField(_l("How far"))

    def __init__(self) -> None:
        super().__init__()
        self.weeks.choices = [
            Choice(str(each), ngettext("%(num)s week", "%(num)s weeks", each)) for each in FORECAST_WEEKS
        ]
        self.weeks.data = self.chosen("weeks") or str(FORECAST_WEEKS[1])

    @property
    def weeks_ahead(self) -> int:
        return int(self.weeks.data)


class SpanForm(FilterForm):
    """Over which time to look."""

    span = SelectField(_l("Over"))

    def __init__(self) -> None:
        super().__init__()
        self.span.choices = [
            Choice("24", _("the last 24 hours")),
            Choice("168", _("the last 7 days")),
            Choice("720", _("the last 30 days")),
        ]
        self.span.data = self.chosen("span") or "168"

    @property
    def hours(self) -> int:
        return int(self.span.data)
