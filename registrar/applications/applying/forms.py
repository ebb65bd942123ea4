"""The forms of the way in, of the team and of what a team asks for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import HiddenInput

from registrar.applications.inviting import Guest
from registrar.applications.rules import TeamRole
from registrar.applications.starting import Asker, Beginner, Typed
from registrar.applications.words import INSTITUTION_KINDS, ROLES
from registrar.people.rules import InstitutionKind
from registrar.programmes.choices import LANGUAGES, CountryField, ZoneField
from registrar.programmes.timezones import valid_zone
from registrar.web.forms import AddressField, BaseForm, LineField, ProseField
from registrar.web.locale import current_locale
from registrar.web.traps import TrappedForm

LONGEST_REASON = 2_000


class StartForm(TrappedForm):
    """Asks for the way in: nothing but an address; the zone is what the browser says."""

    email = AddressField(_l("Your e-mail address"), [DataRequired(_l("Enter your e-mail address."))])
    timezone = HiddenField()

    def asker(self, zone: str) -> Asker:
        """Return who asks; `zone` where the browser names none."""
        timezone = self.timezone.data or ""
        return Asker(
            email=self.email.data or "",
            email_key=self.email.key,
            locale=current_locale(),
            timezone=timezone if valid_zone(timezone) else zone,
        )


class PersonForm(BaseForm):
    """Who somebody is."""

    name = LineField(_l("Your name"), [DataRequired(_l("Enter your name."))])
    timezone = ZoneField(_l("Your time zone"))
    language = SelectField(_l("Language of the mails"), choices=[Choice(*each) for each in LANGUAGES.items()])

    def typed(self, zone: str) -> Typed:
        """Return what was typed; `zone` where none was chosen."""
        return Typed(name=self.name.data or "", timezone=self.timezone.data or zone, locale=self.language.data)


class BeginForm(PersonForm):
    """Who begins, and for which institution."""

    institution = LineField(_l("Name of your institution"), [DataRequired(_l("Enter the name of your institution."))])
    country = CountryField(_l("Country of the institution"), [DataRequired(_l("Choose a country from the list."))])
    kind = SelectField(_l("What kind of institution is it?"), [DataRequired(_l("Choose what it is."))])
    homepage = StringField(_l("Website of the institution"), [Optional()])
    explained = HiddenField()
    """For which institution the rules were explained before this was sent."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        kinds = [Choice(kind.value, label) for kind, label in INSTITUTION_KINDS.items()]
        self.kind.choices = [Choice("", _l("Choose")), *kinds]

    def validate_homepage(self, field: StringField) -> None:
        typed = (field.data or "").strip()
        address = typed if "://" in typed else f"https://{typed}"
        host = address.partition("://")[2].partition("/")[0]
        if not address.startswith(("https://", "http://")) or "." not in host or " " in typed or len(typed) > 300:
            raise ValidationError(_l("Enter an address like https://www.example.org."))
        field.data = address

    @property
    def subject(self) -> str:
        """For which institution: changes when what the rules look at changes."""
        return f"{self.country.data}:{self.kind.data}:{self.institution.data}"

    def beginner(self, zone: str) -> Beginner:
        """Return what was typed; `zone` where none was chosen."""
        return Beginner(
            name=self.name.data or "",
            timezone=self.timezone.data or zone,
            locale=self.language.data,
            institution=self.institution.data or "",
            country=self.country.data or "",
            kind=InstitutionKind(self.kind.data),
            website=self.homepage.data or None,
        )


class InviteForm(BaseForm):
    """Whom to invite, and to what."""

    email = AddressField(_l("E-mail address"), [DataRequired(_l("Enter an e-mail address."))])
    role = RadioField(_l("What they may do"), choices=[Choice(*each) for each in ROLES.items()])

    def guest(self) -> Guest:
        return Guest(email=self.email.data or "", email_key=self.email.key, role=TeamRole(self.role.data))


class RoleForm(BaseForm):
    """Another role for a member."""

    role = SelectField(choices=[Choice(*each) for each in ROLES.items()])


class SeenForm(BaseForm):
    """A button over an application as it was shown."""

    seen = IntegerField(widget=HiddenInput())
    """The application's version on the page."""


class WithdrawForm(SeenForm):
    """Withdraws, with a reason if one likes."""

    reason = ProseField(_l("Why do you withdraw?"), [Optional()])

    def validate_reason(self, field: ProseField) -> None:
        _check_length(field)


class MoreTimeForm(BaseForm):
    """Asks for more time."""

    reason = ProseField(_l("What came between you and the deadline?"), [DataRequired(_l("Tell us what happened."))])

    def validate_reason(self, field: ProseField) -> None:
        _check_length(field)


def _check_length(field: ProseField) -> None:
    if len(field.data or "") > LONGEST_REASON:
        raise ValidationError(_l("Use at most 2,000 characters."))
