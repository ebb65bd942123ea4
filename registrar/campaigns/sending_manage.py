"""What organisers do with a campaign that is approved: take back, pause, go on, cancel, copy, look at the result."""

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Response, flash, redirect, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.audit import operations as audit
from registrar.campaigns import operations, pausing, queries, words
from registrar.campaigns.draft_manage import hold, refused
from registrar.campaigns.manage import bp, found, its_page
from registrar.clock import now
from registrar.db import db, read_only
from registrar.errors import Refusal
from registrar.web.access import staff
from registrar.web.csv_lines import line


@bp.post("/<int:campaign_id>/take-back")
@staff(Role.ORGANISER)
def take_back(campaign_id: int) -> ResponseReturnValue:
    """Make a draft again of what is held."""
    return _done(campaign_id, lambda: operations.take_back(db, campaign_id, hold=hold(), by=actor(), now=now()))


@bp.post("/<int:campaign_id>/pause")
@staff(Role.ORGANISER)
def pause(campaign_id: int) -> ResponseReturnValue:
    """Let none of its mails leave for now."""
    return _done(campaign_id, lambda: pausing.pause(db, campaign_id, by=actor(), now=now()))


@bp.post("/<int:campaign_id>/resume")
@staff(Role.ORGANISER)
def resume(campaign_id: int) -> ResponseReturnValue:
    """Let its mails leave again."""
    return _done(campaign_id, lambda: pausing.resume(db, campaign_id, by=actor(), now=now()))


@bp.post("/<int:campaign_id>/cancel")
@staff(Role.ORGANISER)
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Send no more of it, for good."""
    return _done(campaign_id, lambda: operations.cancel(db, campaign_id, by=actor(), now=now()))


def _done(campaign_id: int, act: Callable[[], None]) -> ResponseReturnValue:
    campaign = found(campaign_id)
    try:
        act()
    except Refusal as refusal:
        return refused(campaign_id, refusal)
    db.commit()
    return its_page(campaign)


@bp.post("/<int:campaign_id>/duplicate")
@staff(Role.ORGANISER)
def duplicate(campaign_id: int) -> ResponseReturnValue:
    """Begin a draft with the same words for the same people."""
    original = found(campaign_id)
    name = _("Copy of %(name)s", name=original.name)
    copy = operations.duplicate(db, original, name, by=actor(), now=now())
    db.commit()
    flash(_("This is a copy. Change what you like."), "done")
    return redirect(url_for(".campaign", campaign_id=copy.id), 303)


@bp.post("/<int:campaign_id>/result.csv")
@staff(Role.ORGANISER)
def result_csv(campaign_id: int) -> ResponseReturnValue:
    """Stream what became of each mail; a POST, because the download is recorded."""
    campaign = found(campaign_id)
    audit.record(db, actor(), "campaign.export", campaign, now=now())
    db.commit()
    read_only(db)  # so that a slow download never holds up those who write
    headers = {"Content-Disposition": f'attachment; filename="campaign-{campaign_id}.csv"'}
    return Response(stream_with_context(_csv(campaign_id)), mimetype="text/csv", headers=headers)


def _csv(campaign_id: int) -> Iterator[str]:
    """Yield the lines of the file, the heading first."""
    yield line([
        _("Name"), _("E-mail address"), _("Language"), _("Country"), _("State"), _("Reason"), _("What the server said"),
        _("Attempts"), _("Ended at (UTC)"),
    ])  # fmt: skip
    for mail, person in queries.mails(db, campaign_id):
        facts = [person.name, person.email, person.locale, person.country or "", str(words.MAIL_STATES[mail.state])]
        facts += [words.reason(mail.reason), mail.detail, str(mail.attempts), _moment(mail.finished_at)]
        yield line(facts)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""
