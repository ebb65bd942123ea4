"""The mails about reviews: the decision to its team in the call's own words; to reviewers what is asked of them."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from registrar.accounts.models import Staff
from registrar.applications import links
from registrar.applications.models import Application, Member
from registrar.applications.rules import Lifecycle, OfferState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.letters.models import LetterVersion
from registrar.letters.rendering import TEMPLATE, draft_values, personal_values, words_of
from registrar.letters.rules import LetterUse
from registrar.mail.kinds import Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.reviews import outstanding
from registrar.reviews.feedback import place_in_line
from registrar.reviews.releasing import KIND as DECISION
from registrar.reviews.reminding import KIND as REMINDER
from registrar.settings import Settings
from registrar.web.locale import local_time, zone_label

INVITATION = "reviews.invitation"
REVIEWS_PATH = "/reviews"


def decision(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Write the letter of a decision to a member, unless another decision has been released since."""
    application = db.get(Application, mail.application_id) if mail.application_id else None
    version = db.get(LetterVersion, mail.letter_version_id) if mail.letter_version_id else None
    if application is None or version is None or mail.person_id is None:
        raise NotNeeded(Reason.ERASED)
    member = db.get(Member, (application.id, mail.person_id))
    if member is None:
        raise NotNeeded(Reason.NO_BASIS)
    if application.state is Lifecycle.WITHDRAWN:
        raise NotNeeded(Reason.WITHDRAWN)
    if application.released_verdict != mail.context["verdict"]:
        raise NotNeeded(Reason.SUPERSEDED)
    until = application.offer_until if application.offer is OfferState.OPEN else None
    return letter(db, member, version, until, links.application_link(member.person, application.reference, now))


def letter(db: DbSession, member: Member, version: LetterVersion, until: datetime | None, url: str) -> Draft:
    """Return the letter of a decision as a member reads it, in their language and zone."""
    application, person = member.application, member.person
    call = application.call
    words = words_of(version)
    locale = words.language_for(person.locale)
    with force_locale(locale):
        reason = _("You get this mail because you belong to the team of this application.")
        offer_until = f"{local_time(until, person.timezone)}, {zone_label(until, person.timezone)}" if until else ""
    shared = {"call": call.title(locale), "programme": call.programme.title}
    own = personal_values(
        LetterUse.DECISION,
        name=person.name,
        institution=application.institution.name,
        reference=application.reference,
        application_link=url,
        offer_until=offer_until,
        place_in_line=place_in_line(db, application),
    )
    values = draft_values(words, LetterUse.DECISION, locale, shared, kicker=call.title(locale), reason=reason)
    return Draft(person.name, person.email, locale, person.timezone, TEMPLATE, values, own)


def invitation(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Ask a member of staff to review applications to a call."""
    staff = _staff(db, mail)
    call = db.get(Call, mail.context["call"])
    reviewer = outstanding.reviewer_of(db, staff, call) if call else None
    if call is None or reviewer is None:
        raise NotNeeded(Reason.WITHDRAWN)
    values = {"staff": staff, "call": call, "load": reviewer.load, "url": _reviews()}
    return Draft(staff.name, staff.email, staff.locale, staff.timezone, "reviews/invitation", values)


def reminder(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Tell a reviewer how many reviews are still to be written, over all their calls; none is due, none is sent."""
    staff = _staff(db, mail)
    due = outstanding.of_staff(db, staff)
    if not due:
        raise NotNeeded(Reason.SUPERSEDED)
    values = {"staff": staff, "due": due, "total": sum(each.count for each in due), "url": _reviews(), "now": now}
    return Draft(staff.name, staff.email, staff.locale, staff.timezone, "reviews/reminder", values)


KINDS: Mapping[str, Composer] = {DECISION: decision, INVITATION: invitation, REMINDER: reminder}


def _staff(db: DbSession, mail: OutboxMail) -> Staff:
    staff = db.get(Staff, mail.staff_id) if mail.staff_id else None
    if staff is None or staff.deactivated_at is not None:
        raise NotNeeded(Reason.WITHDRAWN)
    return staff


def _reviews() -> str:
    """Return where reviewers work; staff who are not signed in are led through the sign-in."""
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings.base_url + REVIEWS_PATH
