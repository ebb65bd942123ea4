"""Beginning: an address asks for the way in, its owner says who they are and for which institution, a draft is made."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.accounts.signed_in import current_staff
from registrar.applications import memberships, starting
from registrar.applications.applying import queries, told
from registrar.applications.applying.blueprint import private
from registrar.applications.applying.forms import BeginForm, StartForm
from registrar.applications.models import Application, Invitation, Member
from registrar.applications.starting import AlreadyBegun
from registrar.calls.eligibility import Explanation
from registrar.calls.models import Call
from registrar.calls.queries import public_call, stage_of
from registrar.calls.rules import Stage
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.people.institutions import known
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person, set_cookie
from registrar.programmes.choices import country_options, zone_options
from registrar.settings import Settings
from registrar.tokens import Claim, Purpose, Tokens
from registrar.web.access import public
from registrar.web.failures import tell
from registrar.web.headers import keep_private
from registrar.web.limits import limiter, sign_up_limit

bp = Blueprint("apply", __name__)
ADDRESS = "application_address"
"""What the session cookie remembers: the address that asked, as it was typed."""
SAME_PRESS = timedelta(minutes=5)
"""A button that is pressed twice, or sent again by a browser, leads to the same place for so long."""


def settings() -> Settings:
    found: Settings = current_app.extensions["registrar.settings"]
    return found


def tokens() -> Tokens:
    found: Tokens = current_app.extensions["registrar.tokens"]
    return found


@bp.route("/calls/<slug>/apply", methods=["GET", "POST"])
@public
@limiter.limit(sign_up_limit, methods=["POST"])
def start(slug: str) -> ResponseReturnValue:
    """Ask for an address, or mail it the way in; the answer is the same for every address."""
    call = _call(slug)
    if stage_of(call, now()) is not Stage.OPEN:
        return private("applications/not_open.html", 200 if request.method == "GET" else 409, call=call, now=now())
    if request.method == "POST" and "known" in request.form and (person := current_person()):
        return _begin_known(call, person)
    form = StartForm()
    form.arm(now())
    if not form.validate_on_submit():
        return _start_page(call, form)
    if not form.is_from_a_machine(now(), timedelta(seconds=settings().sign_up_seconds)):
        asker = form.asker(call.timezone)
        starting.ask(db, call, asker, mails_a_day=settings().confirmations_per_day, now=now())
        db.commit()
    session[ADDRESS] = form.email.data
    return redirect(url_for(".sent", slug=slug), 303)


@bp.get("/calls/<slug>/apply/sent")
@public
def sent(slug: str) -> ResponseReturnValue:
    """Say what to do next; the same for every address."""
    outbox = settings().smtp_url is None and (settings().demo or current_staff() is not None)
    return private("applications/sent.html", call=_call(slug), address=session.get(ADDRESS, ""), outbox=outbox)


@bp.route("/apply/<token>", methods=["GET", "POST"])
@public
def begin(token: str) -> ResponseReturnValue:
    """Show what is asked before a draft is made; the button makes it, exactly once."""
    claim, found = way_in(token)
    state = _state(claim, found)
    if request.method == "POST" and found and state == "used" and (same := _same_press(claim, found)):
        return same
    if found is None or state != "open":
        return _over(token, found, state)
    form = _begin_form(found)
    if not form.validate_on_submit():
        return _begin_page(token, found, form)
    beginner = form.beginner(found.timezone)
    explanations = starting.preview(db, found.call, beginner)
    if told.need_reading(explanations) and form.explained.data != form.subject:
        form.explained.data = form.subject
        return _begin_page(token, found, form, explanations=explanations)
    try:
        application = starting.begin(db, found.id, beginner, now=now())
    except AlreadyBegun:
        db.rollback()
        return _begin_page(token, found, form, begun=True)
    except Conflict:
        db.rollback()
        return redirect(url_for(".begin", token=token), 303)
    except Refusal as refusal:
        db.rollback()
        return _begin_page(token, found, form, refusal=tell(refusal))
    db.commit()
    return enter(application, _owner(found))


@bp.post("/apply/<token>/ask")
@public
@limiter.limit(sign_up_limit)
def ask_team(token: str) -> ResponseReturnValue:
    """Ask the team of the institution's application to be let in."""
    claim, found = way_in(token)
    form = _begin_form(found) if found else None
    if found is None or form is None or _state(claim, found) != "open" or not form.validate_on_submit():
        return redirect(url_for(".begin", token=token), 303)
    beginner = form.beginner(found.timezone)
    institution = known(db, beginner.institution, beginner.country)
    application = starting.open_application(db, found.call_id, institution) if institution else None
    if application is None:
        return redirect(url_for(".begin", token=token), 303)
    person = starting.person_of(db, found, beginner, now=now())
    try:
        if db.get(Member, (application.id, person.id)) is None:
            memberships.ask(db, application, person, now=now())
    except Refusal as refusal:
        db.rollback()
        return _begin_page(token, found, form, refusal=tell(refusal))
    db.commit()
    response = make_response(redirect(url_for("applications.index"), 303))
    set_cookie(response, person, now())
    return keep_private(response)


@bp.post("/apply/<token>/fresh")
@public
@limiter.limit(sign_up_limit)
def send_fresh(token: str) -> ResponseReturnValue:
    """Mail a fresh way in to the address of an ended one."""
    _, found = way_in(token)
    if found is None or found.role is not None:
        abort(404)
    session[ADDRESS] = found.email
    if stage_of(found.call, now()) is Stage.OPEN:
        starting.ask_again(db, found, mails_a_day=settings().confirmations_per_day, now=now())
        db.commit()
    return redirect(url_for(".sent", slug=found.call.slug), 303)


def way_in(token: str) -> tuple[Claim | None, Invitation | None]:
    """Return what a token says and the invitation that it speaks for."""
    claim = tokens().read(Purpose.APPLY, token)
    return claim, db.get(Invitation, claim.ids[0]) if claim else None


def enter(application: Application, person: Person) -> Response:
    """Open the application in this browser."""
    response = make_response(redirect(url_for("applications.overview", reference=application.reference), 303))
    set_cookie(response, person, now())
    return keep_private(response)


def _begin_known(call: Call, person: Person) -> Response:
    """Open the way in without a mail: a live cookie proves the mailbox."""
    found = starting.ask_known(db, call, person, now=now())
    db.commit()
    end = now() + timedelta(hours=2)
    token = tokens().make(Purpose.APPLY, found.id, counter=found.mail_number, expires_at=end)
    return keep_private(make_response(redirect(url_for(".begin", token=token), 303)))


def _start_page(call: Call, form: StartForm) -> Response:
    person = current_person()
    mine = queries.membership_in_call(db, person, call) if person else None
    status = 422 if form.is_submitted() else 200
    return private("applications/start.html", status, call=call, form=form, person=person, mine=mine)


def _begin_form(found: Invitation) -> BeginForm:
    """Return the form, with what is known of the owner of the address."""
    person = queries.person_of(db, found.email_key)
    return BeginForm(
        name=person.name if person else "",
        institution=(person.institution or "") if person else "",
        country=(person.country or "") if person else "",
        timezone=person.timezone if person else found.timezone,
        language=person.locale if person else found.locale,
    )


def _begin_page(
    token: str, found: Invitation, form: BeginForm, *, explanations: list[Explanation] | None = None,
    begun: bool = False, refusal: str = "",
) -> Response:  # fmt: skip
    status = 422 if form.errors or refusal else 409 if begun else 200
    return private(
        "applications/begin.html", status, token=token, invitation=found, call=found.call, form=form,
        told=told.sentences(db, explanations or [], form.institution.data or ""), begun=begun, refusal=refusal,
        countries=country_options(), zones=zone_options(),
    )  # fmt: skip


def _state(claim: Claim | None, found: Invitation | None) -> str:
    """Name what a link still allows; one that leads into a team is none that begins."""
    if claim is None or found is None or (found.role is not None and found.used_at is None):
        return "unknown"
    if found.used_at:
        return "used"
    if found.revoked_at or claim.is_over(now()) or claim.counter != found.mail_number:
        return "ended"
    return "open" if stage_of(found.call, now()) is Stage.OPEN else "closed"


def _same_press(claim: Claim | None, found: Invitation) -> Response | None:
    """Lead who presses the button again within minutes to what the first press has made."""
    fresh = claim and not claim.is_over(now()) and found.used_at and now() - found.used_at < SAME_PRESS
    person = queries.person_of(db, found.email_key)
    if not fresh or person is None or found.application is None:
        return None
    return enter(found.application, person) if db.get(Member, (found.application.id, person.id)) else None


def _over(token: str, found: Invitation | None, state: str) -> Response:
    person = current_person()
    if found and state == "used" and person and person.email_key == found.email_key:
        return make_response(redirect(url_for("applications.index"), 303))
    status = 404 if state == "unknown" else 410
    return private("applications/begin_over.html", status, state=state, invitation=found, token=token)


def _owner(found: Invitation) -> Person:
    return queries.person_of(db, found.email_key) or abort(404)


def _call(slug: str) -> Call:
    return public_call(db, slug) or abort(404)
