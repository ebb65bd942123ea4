"""Campaigns for organisers: the list, a new one, and the page of each in every state."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.campaigns import audience, choices, operations, queries, words
from registrar.campaigns.forms import DetailsForm, TeamForm
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import UNDER_WAY, CampaignState, needs_typed_count
from registrar.campaigns.segments import BadSegment
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate
from registrar.letters.queries import letters_for
from registrar.letters.rules import LetterUse
from registrar.programmes.models import Programme
from registrar.settings import Settings
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale

bp = Blueprint("campaigns", __name__, url_prefix="/console/mail/campaigns")
LETTERS = "/console/mail/letters"
LOOK_AGAIN_SECONDS = 10


def found(campaign_id: int) -> Campaign:
    """Return the campaign of the address."""
    return queries.campaign(db, campaign_id) or abort(404)


def is_draft(campaign: Campaign) -> bool:
    """Tell whether a campaign can still be changed."""
    return campaign.state is CampaignState.DRAFT


def settings() -> Settings:
    return current_app.extensions["registrar.settings"]  # type: ignore[no-any-return]  # the dictionary knows no types


def its_page(campaign: Campaign) -> ResponseReturnValue:
    """Lead to the page of a campaign."""
    return redirect(url_for("campaigns.campaign", campaign_id=campaign.id), 303)


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """List the campaigns, the newest first."""
    asked = request.args.get("page", "")
    page = min(max(int(asked), 1), 10_000) if asked.isdecimal() and len(asked) < 6 else 1
    shown, more = queries.campaigns(db, page)
    ids = [each.id for each in shown]
    return render_template(
        "campaigns/index.html", campaigns=shown, done=queries.settled_counts(db, shown), page=page, more=more,
        paused=queries.paused_among(db, ids), words=words, zone=signed_in_staff().timezone,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Begin a campaign."""
    form = DetailsForm()
    if not _offered(form):
        return render_template("campaigns/no_letter.html", letters=f"{LETTERS}/new/campaign")
    if request.method == "GET" or not form.validate():
        return _details_page(form)
    zone = signed_in_staff().timezone
    try:
        made = operations.create(db, **_details(form), timezone=zone, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal)
    db.commit()
    return redirect(url_for(".recipients", campaign_id=made.id), 303)


@bp.route("/<int:campaign_id>/details", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def details(campaign_id: int) -> ResponseReturnValue:
    """Change the name, the series or the letter of a draft."""
    campaign = found(campaign_id)
    if request.method == "GET" and not is_draft(campaign):
        return its_page(campaign)
    stored = {"name": campaign.name, "programme": campaign.programme_id, "template": campaign.template_id}
    form = DetailsForm(data=None if request.method == "POST" else stored)
    _offered(form)
    if request.method == "GET" or not form.validate():
        return _details_page(form, campaign)
    try:
        operations.describe(db, campaign.id, **_details(form), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal, campaign)
    db.commit()
    return its_page(campaign)


@bp.get("/<int:campaign_id>")
@staff(Role.ORGANISER)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign: what is still to be written, when it leaves, how far it is, or what became of it."""
    return page_of(found(campaign_id), now())


def page_of(campaign: Campaign, at: datetime, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Show a campaign as its state asks for, with what went wrong if something did."""
    context = {
        "campaign": campaign, "words": words, "zone": signed_in_staff().timezone, "problem": problem, "now": at,
        "segment": segment_lines(campaign), "approved_by": choices.staff_name(db, campaign.approved_by),
    }  # fmt: skip
    match campaign.state:
        case CampaignState.DRAFT:
            return render_template("campaigns/draft.html", **context, **_draft_context(campaign, at)), status
        case CampaignState.HELD:
            return render_template("campaigns/held.html", **context, **_pause_context(campaign)), status
        case _:
            context |= _progress_context(campaign, at) | _pause_context(campaign)
            return render_template("campaigns/progress.html", **context), status


def segment_lines(campaign: Campaign) -> list[str]:
    """Write whom a campaign is for, a condition on each line; nothing if that cannot be read."""
    try:
        segment = audience.recipients_of(campaign, now()).segment
    except Refusal:
        return []
    return words.segment(segment, choices.names(db))


def _draft_context(campaign: Campaign, at: datetime) -> dict[str, Any]:
    form = TeamForm(staff=signed_in_staff().id, language=current_locale())
    form.offer(choices.team(db))
    recipients = _count(campaign, at)
    version = queries.newest_version(db, campaign.template_id)
    return {
        "recipients": recipients,
        "version": version,
        "form": form,
        "letter_url": f"{LETTERS}/{campaign.template_id}",
        "hold": settings().campaign_hold_minutes,
        "types_count": needs_typed_count(recipients),
    }


def _count(campaign: Campaign, at: datetime) -> int:
    """Count the recipients of a draft; nobody if its conditions cannot be read."""
    try:
        return audience.count(db, audience.recipients_of(campaign, at))
    except BadSegment:
        return 0


def _pause_context(campaign: Campaign) -> dict[str, Any]:
    gate = queries.paused(db, campaign.id)
    why = words.pause(gate.reason, queries.last_pause(db, campaign.id)) if gate else ""
    return {"pause": why, "is_paused": gate is not None, "elsewhere": queries.closed_above(db)}


def _progress_context(campaign: Campaign, at: datetime) -> dict[str, Any]:
    progress = queries.progress(db, campaign)
    is_under_way = campaign.state in UNDER_WAY
    rate = queries.rate(db, campaign, at)
    return {
        "progress": progress,
        "rate": rate.a_minute,
        "left": rate.time_for(progress.total - progress.done),
        "is_under_way": is_under_way,
        "look_again_seconds": LOOK_AGAIN_SECONDS if is_under_way else None,
    }


def _offered(form: DetailsForm) -> bool:
    """Fill the selects; tell whether there is a letter to choose."""
    letters = letters_for(db, LetterUse.CAMPAIGN)
    form.offer(choices.series(db), letters)
    return bool(letters)


def _details(form: DetailsForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "programme": db.get_one(Programme, form.programme.data),
        "template": db.get_one(LetterTemplate, form.template.data),
    }


def _details_page(form: DetailsForm, campaign: Campaign | None = None) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return render_template("campaigns/details.html", form=form, campaign=campaign, letters=LETTERS), status


def _refused(form: DetailsForm, refusal: Refusal, campaign: Campaign | None = None) -> ResponseReturnValue:
    db.rollback()
    form.form_errors.append(tell(refusal))
    return _details_page(form, campaign)
