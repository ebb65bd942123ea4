"""Forms of staff: sign in, invite, change a role."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from registrar.accounts.rules import Role
from registrar.web.forms import AddressField, BaseForm, LineField

ROLE_NAMES = {
    Role.ADMIN: _l("Administrator"),
    Role.ORGANISER: _l("Organiser"),
    Role.REVIEWER: _l("Reviewer"),
}
ROLE_CHOICES = [Choice(role.value, name) for role, name in ROLE_NAMES.items()]
LOCALE_CHOICES = [Choice("en", "English"), Choice("fr", "Français")]


class SignInForm(BaseForm):
    """Ask for a sign-in link."""

    email = AddressField(_l("Your e-mail address"), [InputRequired(_l("Enter your e-mail address."))])


class InviteForm(BaseForm):
    """Add a member to the team."""

    name = LineField(_l("Name"), [InputRequired(_l("Enter a name."))])
    email = AddressField(_l("E-mail address"), [InputRequired(_l("Enter an e-mail address."))])
    role = SelectField(_l("Role"), choices=ROLE_CHOICES, default=Role.ORGANISER.value)
    locale = SelectField(_l("Language of their mails"), choices=LOCALE_CHOICES)


class RoleForm(BaseForm):
    """Give a member another role."""

    role = SelectField(_l("Role"), choices=ROLE_CHOICES)
