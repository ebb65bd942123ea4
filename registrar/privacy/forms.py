"""The form that asks to be forgotten."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from registrar.web.forms import BaseForm


class EraseForm(BaseForm):
    """Asks for one deliberate tick."""

    understood = BooleanField(
        _l("I understand that this cannot be undone."), [DataRequired(_l("Tick the box to erase your data."))]
    )
