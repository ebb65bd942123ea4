"""Organisers' preview of a reminder: the mail of a rule in both languages as a real person would read it."""

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.clock import now
from registrar.db import db
from registrar.letters.rules import LANGUAGES
from registrar.mail.outbox_views import LETTER_POLICY, MAY_ONLY_LINK
from registrar.programmes.models import Session
from registrar.reminders import previews, queries, rule_words
from registrar.reminders.manage import bp, found_rule
from registrar.reminders.models import ReminderRule
from registrar.web.access import staff
from registrar.web.headers import keep_private
from registrar.weekly.models import Registration

NEW_TAB = '<base target="_blank">'
"""A link in a preview must not lead away from the page."""


@bp.get("/<int:rule_id>/preview")
@staff(Role.ORGANISER)
def preview(rule_id: int) -> ResponseReturnValue:
    """Show the mail in both languages as a real person would read it."""
    rule = found_rule(rule_id)
    found, reader = _about(rule)
    text = request.args.get("q", "").strip()
    drafts = {each: previews.sample(db, rule, found, reader, each, now()) for each in LANGUAGES} if found else {}
    page = render_template(
        "reminders/preview.html",
        rule=rule,
        session=found,
        reader=reader,
        readers=previews.readers(db, found, text) if found and text else [],
        text=text,
        samples={each: previews.read(draft) for each, draft in drafts.items()},
        sandbox=MAY_ONLY_LINK,
        words=rule_words,
    )
    return keep_private(make_response(page))


@bp.get("/<int:rule_id>/preview/<language>")
@staff(Role.ORGANISER)
def mail(rule_id: int, language: str) -> ResponseReturnValue:
    """Answer with the mail alone, for a frame."""
    rule = found_rule(rule_id)
    found, reader = _about(rule)
    if found is None or language not in LANGUAGES:
        abort(404)
    _subject, _text, html = previews.read(previews.sample(db, rule, found, reader, language, now()))
    response = Response(html.replace("<head>", f"<head>{NEW_TAB}", 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return keep_private(response)


def _about(rule: ReminderRule) -> tuple[Session | None, Registration | None]:
    """Return the session that the mail is to be about, and who reads it: those asked for, else the next and a first."""
    wanted, person = request.args.get("session", type=int), request.args.get("reader", type=int)
    found = queries.session_to_show(db, rule, wanted, now())
    if found is None:
        return None, None
    chosen = previews.registration(db, found, person) if person else None
    return found, chosen or previews.reader(db, rule, found)
