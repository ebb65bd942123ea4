"""What tells a person from a machine on a page that anybody may send: a field nobody sees, and the time it took."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from registrar.tokens import Purpose, Tokens
from registrar.web.forms import BaseForm


class TrappedForm(BaseForm):
    """A form with a trap; call `arm` when its page is shown."""

    website = StringField(_l("Leave this empty"))
    opened = HiddenField()

    def arm(self, now: datetime) -> None:
        """Note when the page was opened, signed."""
        if not self.is_submitted():
            self.opened.data = _tokens().make(Purpose.FORM, int(now.timestamp()))

    def is_from_a_machine(self, now: datetime, least: timedelta) -> bool:
        """Tell whether the trap was filled, or the page sent sooner than a person can (never if `least` is nothing)."""
        if self.website.data or not least:
            return bool(self.website.data)
        claim = _tokens().read(Purpose.FORM, self.opened.data or "")
        return claim is None or now.timestamp() < claim.ids[0] + least.total_seconds()


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
