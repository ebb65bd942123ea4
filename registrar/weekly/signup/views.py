"""Signing up: the page, "check your mail", the button that confirms, and "it was not me"."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.accounts.signed_in import current_staff
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person, set_cookie
from registrar.programmes.choices import LANGUAGES, country_options, zone_options
from registrar.programmes.models import Programme, Session
from registrar.settings import Settings
from registrar.tokens import Claim, Purpose, Tokens
from registrar.web.access import public
from registrar.web.failures import tell
from registrar.web.headers import keep_private
from registrar.web.limits import limiter, sign_up_limit
from registrar.web.locale import current_locale
from registrar.weekly.models import Registration, SignUp
from registrar.weekly.rules import Scope
from registrar.weekly.signup import confirming, queries, signing_up
from registrar.weekly.signup.confirming import Choice
from registrar.weekly.signup.forms import SignUpForm, sign_up_form, week_boxes

bp = Blueprint("signup", __name__)
ADDRESS = "sign_up_address"
"""What the session cookie remembers: the address as it was typed, and its key."""


def _settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found


def _tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found


@bp.route("/weekly/<programme>/sign-up", methods=["GET", "POST"])
@public
@limiter.limit(sign_up_limit, methods=["POST"])
def form(programme: str) -> ResponseReturnValue:
    """Show the sign-up page, or keep what was typed until it is confirmed."""
    series = _series(programme)
    coming = queries.sessions_to_come(db, series.id, now())
    if not coming or not queries.is_open(series):
        return _private("weekly/closed.html", 200 if request.method == "GET" else 409, series=series)
    wanted = request.args.get("session")
    only = next((each for each in coming if each.slug == wanted), None)
    if request.method == "POST" and "known" in request.form and current_person():
        return _one_click(series, coming, only)
    page = sign_up_form(coming, only, now())
    if not page.validate_on_submit():
        return _page(series, coming, only, page)
    if not page.is_from_a_machine(now(), timedelta(seconds=_settings().sign_up_seconds)):
        details = page.details(coming, only, series.timezone)
        signing_up.sign_up(db, series, details, mails_a_day=_settings().confirmations_per_day, now=now())
        db.commit()
    session[ADDRESS] = [page.email.data, page.email.key]
    return redirect(url_for(".check_your_mail", programme=programme), 303)


def _page(
    series: Programme, coming: list[Session], only: Session | None, page: SignUpForm, refusal: str = ""
) -> Response:
    person = current_person()
    status = 422 if page.is_submitted() else 200
    registration = queries.registration_of(db, series.id, person.id) if person else None
    weeks = week_boxes(coming, page.weeks.data or ())
    return _private(
        "weekly/sign_up.html", status, series=series, weeks=weeks, only=only, form=page, person=person,
        registration=registration, refusal=refusal, countries=country_options(), zones=zone_options(),
    )  # fmt: skip


def _one_click(series: Programme, coming: list[Session], only: Session | None) -> Response:
    """Register the person whose cookie this is, for the whole season or for the session they come from."""
    person = _known_person()
    this = only is not None and request.form["known"] == "this"
    choice = Choice(series.id, Scope.CHOSEN, [only.id]) if this and only else Choice(series.id, Scope.SEASON)
    try:
        registration = confirming.sign_up_known(db, person, choice, locale=current_locale(), now=now())
        signing_up.lift_refusal(db, _tokens(), person.email_key)
    except Refusal as refusal:
        db.rollback()
        return _page(series, coming, only, sign_up_form(coming, only, now()), tell(refusal))
    db.commit()
    return _to_own_page(registration)


def _known_person() -> Person:
    return current_person() or abort(403)


@bp.get("/weekly/<programme>/check-your-mail")
@public
def check_your_mail(programme: str) -> ResponseReturnValue:
    """Say what to do next; the same for every address."""
    address, _ = session.get(ADDRESS) or ("", "")
    outbox = _settings().smtp_url is None and (_settings().demo or current_staff() is not None)
    return _private("weekly/check_your_mail.html", series=_series(programme), address=address, outbox=outbox)


@bp.post("/weekly/<programme>/resend")
@public
@limiter.limit(sign_up_limit)
def resend(programme: str) -> ResponseReturnValue:
    """Mail the link again: to the address that this browser typed, or to that of an expired link."""
    series = _series(programme)
    _, found = _sign_up(request.form.get("token", ""), Purpose.CONFIRM)
    if found:
        session[ADDRESS] = [found.email, found.email_key]
    _, key = session.get(ADDRESS) or ("", "")
    if key:
        signing_up.resend(db, series.id, key, mails_a_day=_settings().confirmations_per_day, now=now())
        db.commit()
    return redirect(url_for(".check_your_mail", programme=programme), 303)


@bp.get("/confirm/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Show what would be registered, with one button; nothing changes here, whoever prefetches it."""
    claim, found = _sign_up(token, Purpose.CONFIRM)
    return _confirm_page(token, claim, found)


@bp.post("/confirm/<token>")
@public
def confirmed(token: str) -> ResponseReturnValue:
    """Register, exactly once, and let this browser open the personal page."""
    claim, found = _sign_up(token, Purpose.CONFIRM)
    if claim is None or found is None or claim.is_over(now()):
        return _confirm_page(token, claim, found)
    try:
        registration = confirming.confirm(db, found.id, now=now())
    except Conflict:
        db.rollback()
        return redirect(url_for(".confirm", token=token), 303)
    except Refusal as refusal:
        db.rollback()
        return _confirm_page(token, *_sign_up(token, Purpose.CONFIRM), tell(refusal))
    db.commit()
    return _to_own_page(registration)


def _confirm_page(token: str, claim: Claim | None, found: SignUp | None, refusal: str = "") -> Response:
    state = _state(claim, found)
    if found is None or state != "open":
        person = current_person()
        if found and state == "used" and person and person.email_key == found.email_key:
            return redirect(url_for("my.page"), 303)
        status = 404 if state == "unknown" else 410
        return _private("weekly/confirm_over.html", status, state=state, sign_up=found, token=token)
    coming = queries.sessions_to_come(db, found.programme_id, now())
    weeks = [each for each in coming if found.scope is Scope.SEASON or each.id in found.session_ids]
    not_me_token = _tokens().make(Purpose.NOT_ME, found.id)
    return _private(
        "weekly/confirm.html", 422 if refusal else 200, sign_up=found, weeks=weeks, token=token, not_me=not_me_token,
        languages=LANGUAGES, refusal=refusal,
    )  # fmt: skip


def _state(claim: Claim | None, found: SignUp | None) -> str:
    if claim is None or found is None:
        return "unknown"
    if found.refused_at:
        return "refused"
    if found.confirmed_at:
        return "used"
    return "expired" if claim.is_over(now()) else "open"


@bp.route("/not-me/<token>", methods=["GET", "POST"])
@public
def not_me(token: str) -> ResponseReturnValue:
    """Let the owner of an address stop these mails, and allow them again."""
    _, found = _sign_up(token, Purpose.NOT_ME)
    if found is None:
        return _private("weekly/not_me.html", 404, state="unknown", sign_up=None, token=token)
    state = "stopped" if signing_up.is_refused(db, _tokens(), found.email_key) else "ask"
    if found.confirmed_at:
        state = "confirmed"
    if request.method == "POST":
        state = _refuse_or_allow(found)
    return _private("weekly/not_me.html", state=state, sign_up=found, token=token)


def _refuse_or_allow(found: SignUp) -> str:
    if "again" in request.form:
        signing_up.allow(db, _tokens(), found, now=now())
        db.commit()
        return "allowed"
    try:
        signing_up.refuse(db, _tokens(), found, now=now())
    except Conflict:
        db.rollback()
        return "confirmed"
    db.commit()
    return "stopped"


def _to_own_page(registration: Registration) -> Response:
    """Open the personal page with its panel that says what happens next."""
    response = redirect(url_for("my.page", welcome=registration.reference), 303)
    set_cookie(response, registration.person, now())
    return response


def _series(slug: str) -> Programme:
    return queries.series(db, slug) or abort(404)


def _sign_up(token: str, purpose: Purpose) -> tuple[Claim | None, SignUp | None]:
    claim = _tokens().read(purpose, token) if token else None
    return claim, db.get(SignUp, claim.ids[0]) if claim else None


def _private(template: str, status: int = 200, **values: object) -> Response:
    return keep_private(make_response(render_template(template, **values), status))
