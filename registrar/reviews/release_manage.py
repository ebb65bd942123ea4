"""The release of a call: a dry run with everything in its way, then, freshly signed in, all of it in one moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts import operations as accounts
from registrar.accounts.rules import FRESH, Role
from registrar.accounts.signed_in import actor, signed_in_freshly, signed_in_staff
from registrar.calls.models import Call
from registrar.clock import now
from registrar.cohorts.rules import offer_until
from registrar.db import db
from registrar.errors import Refusal
from registrar.letters import samples as letter_samples
from registrar.mail.outbox_views import LETTER_POLICY, MAY_ONLY_LINK
from registrar.reviews import feedback, mails, release_queries, release_words, releasing
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.decision_models import Release
from registrar.reviews.done_manage import done
from registrar.reviews.rehearsing import dry_run, letters_of
from registrar.reviews.release_forms import LookForm, ReleaseForm
from registrar.reviews.release_queries import Seen
from registrar.reviews.releasing import Shares
from registrar.reviews.rules import ReleaseState
from registrar.settings import Settings
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.links import absolute


@bp.get("/release")
@staff(Role.ORGANISER)
def release(slug: str) -> ResponseReturnValue:
    """Show the dry run of a release, and the releases that there were."""
    call = found_call(slug)
    form = LookForm(request.args) if "until_on" in request.args else LookForm(formdata=None)
    if "until_on" not in request.args:
        form.show(_proposed(call), call.timezone, _chosen(call))
    return _page(call, form)


@bp.post("/release")
@staff(Role.ORGANISER)
def release_now(slug: str) -> ResponseReturnValue:
    """Release what the page showed, or ask a second person where two are needed."""
    call, form = found_call(slug), ReleaseForm()
    until = form.until(call.timezone)
    if not form.validate() or until is None:
        return _page(call, form, status=422)
    if problem := _unconfirmed(call, form, until):
        return _page(call, form, problem, 422)
    act = releasing.ask if _settings().release_needs_two else releasing.release
    seen, shares = form.fingerprint.data or "", form.shares
    return _act(
        call,
        form,
        lambda: act(db, call.id, fingerprint=seen, offers_until=until, by=actor(), shares=shares, now=now()),
    )


@bp.post("/release/confirm")
@staff(Role.ORGANISER)
def confirm_release(slug: str) -> ResponseReturnValue:
    """Release, as the second person, what the first one asked for."""
    call, form = found_call(slug), ReleaseForm()
    asked = releasing.asked(db, call)
    form.show(asked.offers_until if asked else _proposed(call), call.timezone, _chosen(call))
    if problem := _unconfirmed(call, form, asked.offers_until if asked else now()):
        return _page(call, form, problem, 422)
    return _act(call, form, lambda: releasing.confirm(db, call.id, second=actor(), now=now()))


@bp.post("/release/take-back")
@staff(Role.ORGANISER)
def take_release_back(slug: str) -> ResponseReturnValue:
    """Take back the question for a second person."""
    releasing.take_back(db, found_call(slug), by=actor(), now=now())
    return done(".release", _("Nobody is asked any more. Nothing was released."), slug=slug)


@bp.post("/release/sign-in-link")
@staff(Role.ORGANISER)
def release_sign_in(slug: str) -> ResponseReturnValue:
    """Mail a fresh sign-in link to whoever wants to release."""
    accounts.ask_for_link(db, signed_in_staff().email_key, next_endpoint="calls_manage.index", now=now())
    return done(
        ".release", _("A sign-in link is on its way to you. Open it in this browser, then come back."), slug=slug
    )


@bp.get("/release/letters/<reference>")
@staff(Role.ORGANISER)
def release_letter(slug: str, reference: str) -> ResponseReturnValue:
    """Answer with the letter that a real team would get, for a frame."""
    call = found_call(slug)
    form = LookForm(request.args)
    until = form.until(call.timezone) or _proposed(call)
    seen = _seen(call, until)
    application, verdict = next((each for each in seen.changes if each[0].reference == reference), None) or abort(404)
    version = letters_of(db, call).get(verdict) or abort(404)
    member = next(iter(application.members), None) or abort(404)
    url = absolute("applications.overview", reference=reference)
    draft = mails.letter(db, member, version, until if verdict == "accept" else None, url)
    _subject, _text, html = letter_samples.read(draft)
    response = Response(html.replace("<head>", '<head><base target="_blank">', 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _act(call: Call, form: ReleaseForm, act: Callable[[], Release]) -> ResponseReturnValue:
    """Do it and tell it, or show the page again with what stands against it."""
    try:
        made = act()
        db.commit()
    except Refusal as refusal:
        db.rollback()
        return _page(found_call(call.slug), form, tell(refusal), 409)
    flash(_told(made), "done")
    return redirect(url_for(".release", slug=call.slug), 303)


def _told(made: Release) -> str:
    if made.state is ReleaseState.ASKED:
        return str(_("Somebody else has to confirm it now."))
    count = int(made.figures["letters"])
    return str(
        ngettext("Released. %(num)s letter is on its way.", "Released. %(num)s letters are on their way.", count)
    )


def _unconfirmed(call: Call, form: ReleaseForm, until: datetime) -> str:
    """Return what is missing before anything may be released: a fresh sign-in, and the typed number of teams."""
    if not signed_in_freshly(now()):
        minutes = int(FRESH.total_seconds() // 60)
        told = _(
            "You signed in more than %(minutes)s minutes ago. Sign in again first: this cannot be undone.",
            minutes=minutes,
        )
        return str(told)
    if (form.typed.data or "").strip() != str(len(_seen(call, until).changes)):
        return str(_("Type the number of teams that are told, to confirm that you mean it."))
    return ""


def _page(call: Call, form: ReleaseForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    until = form.until(call.timezone) or _proposed(call)
    seen, asked = _seen(call, until), releasing.asked(db, call)
    context: dict[str, Any] = {
        "call": call,
        "form": form,
        "until": until,
        "seen": seen,
        "samples": release_queries.samples(seen) if seen.changes else [],
        "letters": letters_of(db, call),
        "past": release_queries.past(db, signed_in_staff(), call),
        "asked": asked,
        "asked_by_me": asked is not None and asked.asked_by == actor(),
        "asked_still": asked is not None and asked.figures.get("fingerprint") == seen.run.fingerprint,
        "needs_two": _settings().release_needs_two,
        "is_fresh": signed_in_freshly(now()),
        "problem": problem,
        "words": release_words,
        "who": release_words.names(db, call),
        "sandbox": MAY_ONLY_LINK,
        "zone": signed_in_staff().timezone,
    }
    return render_template("reviews_manage/release.html", **context), status


def _seen(call: Call, until: datetime) -> Seen:
    return release_queries.seen_by(db, signed_in_staff(), dry_run(db, call, offers_until=until, now=now()))


def _proposed(call: Call) -> datetime:
    return offer_until(now(), call.offer_days, call.timezone)


def _chosen(call: Call) -> Shares:
    """Return what teams learnt beyond their verdict at the last release."""
    last = feedback.choices(db, call.id)
    return Shares(bool(last.get(feedback.FEEDBACK)), bool(last.get(feedback.PLACE_IN_LINE)))


def _settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found
