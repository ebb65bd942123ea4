"""How well mail arrives, by whose mailboxes, over a day, a week or a month."""

from datetime import timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.clock import now
from registrar.console import delivery_queries as queries
from registrar.console import words
from registrar.console.forms import SpanForm
from registrar.console.navigation import bp
from registrar.db import db
from registrar.settings import Settings
from registrar.web.access import staff


@bp.get("/mail/delivery")
@staff(Role.ORGANISER)
def delivery() -> ResponseReturnValue:
    """Show what the mail servers answered, what came back, and how long mail took."""
    form = SpanForm()
    since = now() - timedelta(hours=form.hours)
    found = queries.groups(db, since)
    settings: Settings = current_app.extensions["registrar.settings"]
    return render_template(
        "console/delivery.html", filters_form=form, groups=found[: queries.MOST_GROUPS], total=queries.total(found),
        hidden=len(found[queries.MOST_GROUPS :]), refusals=queries.refusals(db, since),
        paces=queries.paces(db, since), words=words, zone=signed_in_staff().timezone,
        reads_reports=bool(settings.bounce_maildir or settings.bounce_imap_url), is_local=settings.smtp_url is None,
    )  # fmt: skip
