"""What organisers write into a draft: whom it is for and when it leaves; previews, tests, and the last check."""

from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.campaigns import audience, choices, mails, operations, queries, words
from registrar.campaigns.audience import Recipients
from registrar.campaigns.forms import ApproveForm, ScheduleForm, SegmentForm, TeamForm
from registrar.campaigns.manage import bp, found, is_draft, its_page, page_of, segment_lines, settings
from registrar.campaigns.models import Campaign
from registrar.campaigns.operations import Approval, WrongCount
from registrar.campaigns.rules import at_night, leaves_at, local_hours, needs_typed_count
from registrar.campaigns.segments import BadSegment, Segment
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.letters import checks
from registrar.letters.rendering import words_of
from registrar.letters.rules import LetterUse
from registrar.mail.message import Words
from registrar.mail.outbox_views import BASE, LETTER_POLICY, MAY_ONLY_LINK
from registrar.mail.wording import words as words_of_mail
from registrar.people.models import Person
from registrar.programmes.rules import zone_named
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import LOCALES, current_locale


@bp.route("/<int:campaign_id>/recipients", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def recipients(campaign_id: int) -> ResponseReturnValue:
    """Choose whom a draft is for; counting changes nothing."""
    campaign = found(campaign_id)
    form = SegmentForm()
    form.offer(choices.series(db), choices.sessions(db), choices.countries(db), choices.tags(db), choices.cohorts(db))
    if request.method == "GET":
        return _recipients_page(campaign, form, _stored(campaign, form)) if is_draft(campaign) else its_page(campaign)
    segment = _asked(form)
    if segment is None:
        return _recipients_page(campaign, form, Segment(), 422)
    if form.step.data == "count":
        return _recipients_page(campaign, form, segment)
    return _chosen(campaign, segment)


def _chosen(campaign: Campaign, segment: Segment) -> ResponseReturnValue:
    try:
        operations.choose(db, campaign.id, segment, by=actor(), now=now())
    except Refusal as refusal:
        return refused(campaign.id, refusal)
    db.commit()
    return its_page(campaign)


def _stored(campaign: Campaign, form: SegmentForm) -> Segment:
    try:
        segment = audience.recipients_of(campaign, now()).segment
    except BadSegment as bad:
        form.form_errors.append(tell(bad))
        return Segment()
    form.fill(segment)
    return segment


def _asked(form: SegmentForm) -> Segment | None:
    """Return what was filled in, or None if it cannot be meant."""
    if not form.validate():
        return None
    try:
        return form.segment
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def _recipients_page(campaign: Campaign, form: SegmentForm, segment: Segment, status: int = 200) -> ResponseReturnValue:
    at = now()
    whom = Recipients(segment, campaign.programme.slug, campaign.timezone, at)
    context = tally_context(whom, campaign.starts_at or leaves_at(at, hold(), None))
    return render_template(
        "campaigns/recipients.html", campaign=campaign, form=form, segment=segment, **context
    ), status


def tally_context(whom: Recipients, leaves: datetime) -> dict[str, Any]:
    """Return how many there are, who and where, and what time it is for them when it leaves."""
    counted = audience.tally(db, whom)
    hours = local_hours(leaves, counted.zones)
    return {
        "tally": counted, "sample": audience.sample(db, whom), "leaves": leaves, "words": words,
        "hours": [(f"{hour:02}", people) for hour, people in enumerate(hours)], "at_night": at_night(hours),
        "zone": signed_in_staff().timezone,
    }  # fmt: skip


def hold() -> timedelta:
    """Return how long an approved campaign is held."""
    return timedelta(minutes=settings().campaign_hold_minutes)


@bp.route("/<int:campaign_id>/schedule", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def schedule(campaign_id: int) -> ResponseReturnValue:
    """Choose when a draft leaves, and how many get it first."""
    campaign = found(campaign_id)
    form = ScheduleForm(data=None if request.method == "POST" else _scheduled(campaign))
    form.offer_zones(campaign.timezone)
    if request.method == "GET":
        return _schedule_page(campaign, form) if is_draft(campaign) else its_page(campaign)
    if not form.validate():
        return _schedule_page(campaign, form, 422)
    try:
        size = form.canary_size.data
        operations.schedule(db, campaign.id, form.starts_at, form.timezone.data, size, by=actor(), now=now())
    except Conflict as conflict:
        return refused(campaign.id, conflict)
    except Refusal as refusal:
        db.rollback()
        form.refuse(refusal)
        return _schedule_page(campaign, form, 422)
    db.commit()
    return its_page(campaign)


def _scheduled(campaign: Campaign) -> dict[str, Any]:
    stored: dict[str, Any] = {"timezone": campaign.timezone, "canary_size": campaign.canary_size}
    if campaign.starts_at is None:
        return stored
    wall = campaign.starts_at.astimezone(zone_named(campaign.timezone))
    return stored | {"leaves": "later", "on": wall.date(), "at": wall.time()}


def _schedule_page(campaign: Campaign, form: ScheduleForm, status: int = 200) -> ResponseReturnValue:
    minutes = settings().campaign_hold_minutes
    return render_template("campaigns/schedule.html", campaign=campaign, form=form, hold=minutes), status


@bp.get("/<int:campaign_id>/preview")
@staff(Role.ORGANISER)
def preview(campaign_id: int) -> ResponseReturnValue:
    """Show the letter as one of its recipients will read it, in either language."""
    campaign = found(campaign_id)
    people = audience.sample(db, audience.recipients_of(campaign, now()))
    person, language = _reader(people), _language()
    shown = _letter(campaign, person, language)
    view = "text" if request.args.get("view") == "text" else "html"
    return render_template(
        "campaigns/preview.html", campaign=campaign, people=people, person=person, language=language, view=view,
        subject=shown.subject, text=shown.text, sandbox=MAY_ONLY_LINK, words=words,
    )  # fmt: skip


@bp.get("/<int:campaign_id>/letter.html")
@staff(Role.ORGANISER)
def letter(campaign_id: int) -> ResponseReturnValue:
    """Answer with the letter alone, to be shown in a frame."""
    campaign = found(campaign_id)
    people = audience.sample(db, audience.recipients_of(campaign, now()))
    html = _letter(campaign, _reader(people), _language()).html
    response = Response(html.replace("<head>", f"<head>{BASE}", 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _reader(people: Any) -> Person | None:
    """Return who of these is asked for, else the first."""
    asked = request.args.get("person", type=int)
    return next((each for each in people if each.id == asked), people[0] if people else None)


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in LOCALES else current_locale()


def _letter(campaign: Campaign, person: Person | None, language: str) -> Words:
    version = campaign.version or queries.newest_version(db, campaign.template_id) or abort(404)
    zone = person.timezone if person else campaign.timezone
    draft = mails.sample(db, campaign, version, person, (language, zone), now())
    return words_of_mail(draft, settings())


@bp.post("/<int:campaign_id>/test")
@staff(Role.ORGANISER)
def test(campaign_id: int) -> ResponseReturnValue:
    """Mail the letter to a member of the team."""
    campaign = found(campaign_id)
    form = TeamForm()
    form.offer(choices.team(db))
    if not form.validate():
        return page_of(campaign, now(), _("Choose somebody of the team and a language."), 422)
    people = audience.sample(db, audience.recipients_of(campaign, now()))
    to = db.get_one(Staff, form.staff.data)
    reader = people[0].id if people else None
    operations.send_test(db, campaign, to.id, str(form.language.data), reader, by=actor(), now=now())
    db.commit()
    flash(_("A test is on its way to %(address)s.", address=to.email), "done")
    return its_page(campaign)


@bp.get("/<int:campaign_id>/check")
@staff(Role.ORGANISER)
def check(campaign_id: int) -> ResponseReturnValue:
    """Show everything once more before a draft is approved."""
    campaign = found(campaign_id)
    return _check_page(campaign, ApproveForm()) if is_draft(campaign) else its_page(campaign)


@bp.post("/<int:campaign_id>/approve")
@staff(Role.ORGANISER)
def approve(campaign_id: int) -> ResponseReturnValue:
    """Let a draft leave when its hold is over."""
    campaign, form = found(campaign_id), ApproveForm()
    if not form.validate():
        return _check_page(campaign, form, 422)
    try:
        approval = Approval(form.seen_count, form.typed.data)
        operations.approve(db, campaign.id, approval, hold=hold(), by=actor(), now=now())
    except Conflict as conflict:
        return refused(campaign.id, conflict)
    except WrongCount as wrong:
        db.rollback()
        form.typed.errors = [tell(wrong)]
        return _check_page(campaign, form, 422)
    except Refusal as refusal:
        db.rollback()
        form.form_errors.append(tell(refusal))
        return _check_page(campaign, form, 422)
    db.commit()
    return its_page(campaign)


def _check_page(campaign: Campaign, form: ApproveForm, status: int = 200) -> ResponseReturnValue:
    at = now()
    leaves = leaves_at(at, hold(), campaign.starts_at)
    context = tally_context(audience.recipients_of(campaign, at), leaves)
    total = context["tally"].total
    form.seen.data = str(total)
    version = queries.newest_version(db, campaign.template_id)
    findings = checks.check(words_of(version), LetterUse.CAMPAIGN) if version else []
    reader = next(iter(context["sample"]), None)
    subjects = {language: _letter(campaign, reader, language).subject for language in LOCALES} if version else {}
    return render_template(
        "campaigns/check.html", campaign=campaign, form=form, subjects=subjects, findings=findings, total=total,
        types_count=needs_typed_count(total), hold=settings().campaign_hold_minutes, lines=segment_lines(campaign),
        **context,
    ), status  # fmt: skip


def refused(campaign_id: int, refusal: Refusal) -> ResponseReturnValue:
    """Show the campaign as it is now, and why nothing was done."""
    db.rollback()
    return page_of(found(campaign_id), now(), tell(refusal), 409)


@bp.post("/<int:campaign_id>/discard")
@staff(Role.ORGANISER)
def discard(campaign_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    try:
        operations.discard(db, found(campaign_id).id, by=actor(), now=now())
    except Refusal as refusal:
        return refused(campaign_id, refusal)
    db.commit()
    flash(_("The draft is deleted."), "done")
    return redirect(url_for(".index"), 303)
