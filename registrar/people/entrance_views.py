"""The way into a person's own pages and out again: a link by mail, one button behind it, "leave this device"."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Response, abort, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from registrar.clock import now
from registrar.db import db
from registrar.people.link_mail import LinkMail
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person, forget_cookie, set_cookie
from registrar.tokens import Claim, Purpose, Tokens
from registrar.web.forms import AddressField, BaseForm
from registrar.web.headers import keep_private

log = structlog.get_logger()


class LinkForm(BaseForm):
    """Asks whom to mail a link."""

    email = AddressField(_l("Your e-mail address"), [DataRequired(_l("Enter your e-mail address."))])


@dataclass(frozen=True)
class Entrance:
    """What stands behind five addresses of a feature: `send_link`, `link_sent`, `enter`, `send_fresh_link`, `leave`."""

    templates: str
    """The folder of the pages, each feature in its own words."""
    mail: LinkMail
    onward: Callable[[Person], str]
    """Where somebody goes who has come in."""

    def send_link(self) -> ResponseReturnValue:
        """Ask for an address and mail its owner a link; the answer is the same whoever asks."""
        form = LinkForm()
        if not form.validate_on_submit():
            return self._rendered("send_link", form=form), 422 if form.is_submitted() else 200
        self.mail.send_to(db, _tokens(), form.email.key, now=now())
        db.commit()
        return redirect(url_for(".link_sent"), 303)

    def link_sent(self) -> ResponseReturnValue:
        """Say where to look for the mail."""
        return self._rendered("link_sent")

    def enter(self, token: str) -> ResponseReturnValue:
        """Show one button, so that programs that follow links change nothing; the button lets in for 2 hours."""
        claim, moment = _tokens().read(Purpose.PERSONAL, token), now()
        person = _person(claim)
        if claim is None or person is None:
            return self._private("link_unknown", 404)
        if claim.is_over(moment) or claim.counter != person.link_number:
            return self._private("link_over", 410, token=token, form=BaseForm())
        if current_person() is person:
            return redirect(self.onward(person), 303)
        form = BaseForm()
        if not form.validate_on_submit():
            return self._private("enter", person=person, form=form)
        onward = make_response(redirect(self.onward(person), 303))
        set_cookie(onward, person, moment)
        log.info("personal.enter", pages=self.templates, person=person.id)
        return keep_private(onward)

    def send_fresh_link(self, token: str) -> ResponseReturnValue:
        """Mail a fresh link to the person for whom an ended one was made; nobody else learns anything."""
        person = _person(_tokens().read(Purpose.PERSONAL, token)) or abort(404)
        self.mail.send(db, person, now=now())
        db.commit()
        return redirect(url_for(".link_sent"), 303)

    def leave(self) -> ResponseReturnValue:
        """Forget the person on this device."""
        response = make_response(redirect(url_for(".send_link"), 303))
        forget_cookie(response)
        return keep_private(response)

    def _private(self, name: str, status: int = 200, **values: object) -> Response:
        return keep_private(make_response(self._rendered(name, **values), status))

    def _rendered(self, name: str, **values: object) -> str:
        return render_template(f"{self.templates}/{name}.html", **values)


def _person(claim: Claim | None) -> Person | None:
    return db.get(Person, claim.ids[0]) if claim else None


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found
