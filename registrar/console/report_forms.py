"""The forms about what came back and about addresses that get no mail."""

from flask_babel import lazy_gettext as _l
from wtforms import SearchField
from wtforms.validators import InputRequired

from registrar.console.forms import FilterForm
from registrar.web.forms import AddressField, BaseForm, LineField


class PersonSearchForm(FilterForm):
    """Whose mail came back."""

    q = SearchField(_l("Name or address"))


class AddressSearchForm(FilterForm):
    """Which address is asked about."""

    q = SearchField(_l("The whole address"))


class AddressForm(BaseForm):
    """An address that mail is stopped to, or sent to again, and why."""

    email = AddressField(_l("E-mail address"), [InputRequired(_l("Enter an e-mail address."))])
    why = LineField(_l("Why"), [InputRequired(_l("Say why, for whoever reads this later."))])
