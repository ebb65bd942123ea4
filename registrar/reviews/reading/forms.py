"""Forms of the reviewers' room."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from registrar.web.forms import BaseForm, ProseField


class ReasonForm(BaseForm):
    """Why somebody does not review an application."""

    reason = ProseField(_l("Why?"), [InputRequired(_l("Say why, so that the organisers can find somebody else."))])


class ContributionForm(BaseForm):
    """What somebody says in the discussion of an application."""

    text = ProseField(_l("Your contribution"), [InputRequired(_l("Write something first."))])
