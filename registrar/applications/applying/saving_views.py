"""What the page of a section does by itself: save each answer as it is typed, see what others do, say who is there."""

from datetime import datetime
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.applications import answers, presence, teams
from registrar.applications.answers import Save, StaleAnswer, TooLate
from registrar.applications.applying.blueprint import bare_member_of, bp, member_of
from registrar.applications.applying.clashes import clash, panel
from registrar.applications.applying.file_lists import file_list
from registrar.applications.applying.section_page import why_closed
from registrar.applications.models import Answer, Application, Member
from registrar.applications.rules import Lifecycle
from registrar.calls.definition import Question
from registrar.calls.reading import value_in
from registrar.calls.rules import QuestionType
from registrar.clock import now
from registrar.db import db, writable
from registrar.errors import Refusal
from registrar.people.models import Person
from registrar.people.personal_cookie import renew_cookie
from registrar.web.access import applicant, reads_first
from registrar.web.failures import tell
from registrar.web.locale import clock_time


@bp.post("/<reference>/answers/<question>")
@applicant
@reads_first
def save(reference: str, question: str) -> ResponseReturnValue:
    """Save one answer: `{"value": …, "version": the one that was seen}`.

    200 `{version, saved_at, at, counts}` · 409 `{value, version, by, at, saved_at, html}` if somebody else was faster ·
    410 after the deadline · 422 for what is no answer, each with `message`.
    """
    member, at = _writer(bare_member_of(reference)), now()
    writable(db, keep=True)
    application = answers.locked(db, member.application_id)
    wanted, section = _wanted(application, question)
    try:
        answer = answers.save(db, application, wanted, by=member.person, now=at)
    except StaleAnswer as stale:
        return _answer({"message": tell(stale), **_told(stale.current, wanted, member.person)}, 409)
    except Refusal as refusal:
        db.rollback()
        return _answer({"message": tell(refusal)}, 410 if isinstance(refusal, TooLate) else 422)
    saved = _facts(answer, member.person) | {"counts": _counts(application, member.person)}
    presence.renew(db, member, section, now=at)
    db.commit()
    return _answer(saved)


@bp.get("/<reference>/changes")
@applicant
def changes(reference: str) -> ResponseReturnValue:
    """Tell the version of each answer and who else is there; with `?of=<question>` also those answers."""
    member, at = bare_member_of(reference), now()
    asked = frozenset(request.args.getlist("of"))
    found = _found(member, asked, at) if asked else {}
    told = {
        "versions": answers.versions(db, member.application),
        "present": [_presence(each) for each in presence.others(db, member.application, member, now=at)],
        "answers": found,
    }
    response = _answer(told)
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/<reference>/presence")
@applicant
@reads_first
def note_presence(reference: str) -> ResponseReturnValue:
    """Write down that somebody has a section open (`{"section": key}`), or has left it (null)."""
    member, at = _writer(member_of(reference)), now()
    section = (request.get_json(silent=True) or {}).get("section")
    form = answers.form_of(member.application)
    if section is not None and section not in form.section_keys:
        abort(400)
    writable(db, keep=True)
    presence.note(db, member, section, now=at)
    db.commit()
    response = Response(status=204)
    renew_cookie(response, at)
    return response


def _writer(member: Member) -> Member:
    if not teams.may_write(member):
        abort(403)
    return member


def _wanted(application: Application, key: str) -> tuple[Save, str | None]:
    """Return what is to be saved, and the section it stands in."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or "value" not in given or type(given.get("version")) is not int:
        abort(400)
    form = answers.form_of(application)
    question: Question = form.question(key) or abort(404)
    if question.type is QuestionType.FILE:
        abort(400)  # files are uploaded one by one; their numbers are nobody's to type
    return Save(question, value_in(given["value"]), given["version"]), form.section_key(key)


def _found(member: Member, keys: frozenset[str], at: datetime) -> dict[str, dict[str, Any]]:
    """Return those answers as they are now; with the ones that are files also their list as the page shows it."""
    application, found = member.application, answers.stored(db, member.application)
    told = {key: _shown(found[key], member.person) for key in keys & found.keys()}
    for key in told:
        question = answers.form_of(application).question(key)
        if question and question.type is QuestionType.FILE:
            told[key]["files"] = file_list(application, question, may_write=not why_closed(member, at))
    return told


def _told(current: Answer, wanted: Save, person: Person) -> dict[str, Any]:
    found = clash(current, wanted, person)
    return _facts(current, person, value=current.value) | {"by": found.by, "html": panel(found, person)}


def _shown(answer: Answer, person: Person) -> dict[str, Any]:
    by = answer.saved_by.name if answer.saved_by else None
    return _facts(answer, person, value=answer.value, by=by, own=answer.saved_by_id == person.id)


def _facts(answer: Answer, person: Person, **more: Any) -> dict[str, Any]:
    """Return an answer's version and when it was saved, also as the person's clock said it."""
    at = {"saved_at": answer.saved_at.isoformat(), "at": clock_time(answer.saved_at, person.timezone)}
    return {"version": answer.version, **at, **more}


def _counts(application: Application, person: Person) -> str | None:
    """Return when what counts of a submitted application was last complete."""
    if application.state is not Lifecycle.SUBMITTED or application.counted_at is None:
        return None
    return clock_time(application.counted_at, person.timezone)


def _presence(member: Member) -> dict[str, str | None]:
    return {"name": member.person.name, "section": member.seen_section}


def _answer(told: dict[str, Any], status: int = 200) -> Response:
    """Answer as JSON, and let the person who is working go on."""
    response = jsonify(told)
    response.status_code = status
    if request.method == "POST":
        renew_cookie(response, now())
    return response
