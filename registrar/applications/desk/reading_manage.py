"""One application: in full with everything beside it, and as reviewers will see it; its files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications import evidence, grace, teams
from registrar.applications.conflicts import reachable
from registrar.applications.desk import list_queries, tags, words
from registrar.applications.desk import reading_queries as queries
from registrar.applications.desk.blueprint import bp, found_application
from registrar.applications.desk.forms import GraceForm, NoteForm, OverrideForm, WithdrawForm
from registrar.applications.desk.list_manage import filters
from registrar.applications.documents.contents import Reader
from registrar.applications.files import uploads
from registrar.applications.files.serving import serve
from registrar.applications.models import Application
from registrar.applications.rules import deadline
from registrar.applications.visibility import view
from registrar.calls import eligibility
from registrar.clock import now
from registrar.db import db
from registrar.web.access import staff
from registrar.web.forms import BaseForm

WEEKS_JOINED = "registrar.desk.weeks_joined"
"""Names the function that counts the weekly sessions people joined; the weekly series is no neighbour of this room."""


@bp.get("/applications/<reference>")
@staff(Role.ORGANISER)
def application(reference: str) -> ResponseReturnValue:
    """Show an application in full, or as its reviewers will see it."""
    found = found_application(reference)
    if found.reference != reference:
        return redirect(url_for(".application", reference=found.reference), 303)
    reader = asked_reader()
    return full_page(found) if reader is Reader.TEAM else reviewers_page(found, reader)


@bp.get("/applications/<reference>/files/<int:number>")
@staff(Role.ORGANISER)
def file(reference: str, number: int) -> Response:
    """Send a file that a team uploaded."""
    upload = uploads.find(db, found_application(reference), number)
    return serve(upload or abort(404))


def asked_reader() -> Reader:
    """Return with whose eyes the page is asked for."""
    wanted = request.values.get("reader", "")
    return Reader(wanted) if wanted in set(Reader) else Reader.TEAM


def full_page(found: Application, problem: str = "", wrong: BaseForm | None = None) -> str:
    """Render the page with everything; `wrong` is a form that needs a change."""
    at = now()
    reading = queries.reading(db, found)
    forms: dict[str, BaseForm] = {
        "note_form": NoteForm(),
        "override_form": OverrideForm(),
        "grace_form": GraceForm(),
        "withdraw_form": WithdrawForm(),
    }
    forms |= {name: wrong for name, each in forms.items() if wrong is not None and type(each) is type(wrong)}
    return render_template(
        "desk/application.html", application=found, reading=reading, view=view(reading.source, Reader.TEAM),
        problem=problem, wrong=wrong, words=words, readers=Reader, reader=Reader.TEAM, now=at,
        zone=signed_in_staff().timezone, **_beside(found, at), **_people(found), **place(found), **forms,
    )  # fmt: skip


def reviewers_page(found: Application, reader: Reader) -> str:
    """Render the page with what reviewers will see, and nothing else of the application."""
    return render_template(
        "desk/reviewers.html", view=view(queries.source(db, found), reader), reference=found.reference, words=words,
        readers=Reader, reader=reader, call=found.call, **place(found),
    )  # fmt: skip


def place(found: Application) -> dict[str, Any]:
    """Return where the application stands in the list that its reader comes from, and its neighbours there."""
    staff = signed_in_staff()
    form, wanted = filters(found.call, list_queries.counts(db, found.call, staff))
    ids = list(list_queries.ids(db, found.call, staff, wanted))
    behind = {name: value for name, value in request.args.items() if name in form and value}
    number = ids.index(found.id) if found.id in ids else None
    wanted_ids = {} if number is None else {"previous": ids[number - 1 : number], "next": ids[number + 1 : number + 2]}
    references = list_queries.references(db, [each for part in wanted_ids.values() for each in part])
    neighbours = {name: references[part[0]] for name, part in wanted_ids.items() if part}
    return {"behind": behind, "number": number, "count": len(ids), "neighbours": neighbours}


def _beside(found: Application, at: datetime) -> dict[str, Any]:
    """Return what organisers have put beside the application, and what has happened to it."""
    links = grace.links(db, found)
    entries, notes = queries.history(db, found, links), queries.notes(db, found)
    names = [each.actor for each in entries] + [link.created_by for link in links] + [found.eligibility_by]
    explanations = evidence.explanations(db, found.call, found.institution, reachable(signed_in_staff()))
    return {
        "grace_links": [(link, grace.state_of(link, at)) for link in links],
        "history": entries,
        "notes": notes,
        "tags": tags.tags_of(db, found),
        "known_tags": list_queries.tags_used(db, found.call, signed_in_staff()),
        "actors": queries.actors(db, names),
        "explanations": explanations,
        "finding": eligibility.outcome(explanations),
        "lines": queries.line_titles(db),
        "mails": queries.mails(db, found),
        "deadline": deadline(found.call.closes_at, found.extended_until),
    }


def _people(found: Application) -> Mapping[str, Any]:
    """Return who is in the team or on the way into it, and what else is known of the institution."""
    members = teams.members(db, found)
    count = current_app.extensions[WEEKS_JOINED]
    return {
        "members": members,
        "invitations": queries.invitations(db, found),
        "join_requests": queries.join_requests(db, found),
        "others": queries.others(db, found, signed_in_staff()),
        "weeks_joined": count(db, [member.person_id for member in members]),
    }
