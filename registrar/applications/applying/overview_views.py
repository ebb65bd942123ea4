"""A person's applications, and the page of one: its task list, and after submitting where it stands."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from registrar.applications import evidence, grace, leaving, links, overview, presence, teams
from registrar.applications.applying import queries, told
from registrar.applications.applying.blueprint import applicant, bp, member_of, private
from registrar.applications.models import Application
from registrar.applications.status import AfterRelease, standing
from registrar.clock import now
from registrar.db import db
from registrar.web import access

__all__ = ["bp"]


@bp.get("")
@access.applicant
def index() -> ResponseReturnValue:
    """Show every application in which the person has a part."""
    person, moment = applicant(), now()
    found = [
        (member.application, standing(overview.released(member.application), moment))
        for member in queries.memberships(db, person)
    ]
    requests = queries.waiting_requests(db, person)
    return render_template("applications/index.html", person=person, found=found, requests=requests)


@bp.get("/<reference>", endpoint="overview")
@access.applicant
def show(reference: str) -> ResponseReturnValue:
    """Show the task list of a draft, or where a submitted application stands."""
    member, moment = member_of(reference), now()
    application = member.application
    found = overview.overview(db, application, moment)
    explanations = evidence.explanations(db, application.call, application.institution)
    link = grace.open_link(db, application, moment)
    return private(
        "applications/overview.html",
        application=application,
        call=application.call,
        programme=application.call.programme,
        member=member,
        person=member.person,
        found=found,
        standing=standing(overview.released(application), moment),
        present=presence.others(db, application, member, now=moment),
        told=told.sentences(db, explanations, application.institution.name),
        may_write=teams.may_write(member),
        may_lead=teams.may_lead(member),
        may_ask=grace.may_ask(application, moment),
        may_return=leaving.may_return(application, moment),
        grace_link=link,
        grace_url=links.grace_link(link) if link else "",
        after=_after_release(application),
    )


def _after_release(application: Application) -> AfterRelease:
    """Return what organisers share beyond the verdict; before the release nobody is asked."""
    if application.released_at is None:
        return AfterRelease()
    found: AfterRelease = current_app.extensions[overview.AFTER_RELEASE](db, application)
    return found
