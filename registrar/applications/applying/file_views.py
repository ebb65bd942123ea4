"""Files of an application: added to a question, fetched, removed and put back by its team, with JavaScript or without.

A form sends the answers that were typed beside the files along with them: they are saved first, so that nobody loses
words because a file is refused.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from flask import abort, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import ValidationError

from registrar.applications import answers, teams
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.file_lists import file_list
from registrar.applications.applying.typed_beside import Unsaved, keep
from registrar.applications.file_models import Upload
from registrar.applications.files import storing, uploads
from registrar.applications.files.kinds import RefusedFile
from registrar.applications.files.serving import serve
from registrar.applications.files.shelf import NoRoom, shelf
from registrar.applications.files.storing import MEGABYTE
from registrar.applications.files.uploads import Content
from registrar.applications.models import Application, Member
from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType
from registrar.clock import now
from registrar.db import DbSession, db
from registrar.errors import N_, Refusal
from registrar.people.models import Person
from registrar.settings import Settings
from registrar.web.access import applicant
from registrar.web.failures import RETRY_SECONDS, tell

TOO_MUCH = N_("This is too much at once. Add files one by one, each of at most %(size)s MB.")
STATUS: dict[type[Refusal], int] = {NoRoom: 503, answers.TooLate: 410}
"""Everything else that is refused is 422."""
Change = Callable[..., None]
"""What is done to an upload: `(db, application, question, upload, *, by, now)`."""


@bp.post("/<reference>/files/<question>")
@applicant
def upload(reference: str, question: str) -> ResponseReturnValue:
    """Let the files that are sent answer a question. The form is read only now, when it is known who sends it."""
    asked, settings, place = _question(_writer(reference), question), _settings(), shelf(current_app)
    db.rollback()  # the database waits for nobody's line
    most = settings.upload_megabytes * MEGABYTE
    try:
        with storing.received(request, place, most, _most_in_all()) as (form, files), ExitStack() as drafts:
            _check_token(form.get("csrf_token"))
            sent = [file for file in files.getlist(f"file-{asked.key}") if file.filename]
            contents, refused = storing.sort(sent, place, most, drafts)
            unsaved, full = _add(_writer(reference), asked, form, contents)
            db.commit()
    except RequestEntityTooLarge:
        return _told(reference, asked, [Refusal(TOO_MUCH, size=settings.upload_megabytes)], 413, None)
    except Refusal as refusal:
        db.rollback()
        return _told(reference, asked, [refusal], STATUS.get(type(refusal), 422), None)
    return _told(reference, asked, [*refused, *full], 422 if refused or full or unsaved else 303, unsaved)


@bp.post("/<reference>/files/<int:number>/remove")
@applicant
def remove_file(reference: str, number: int) -> ResponseReturnValue:
    """Take a file out of its answer; for a month it can be put back."""
    return _change(reference, number, uploads.remove)


@bp.post("/<reference>/files/<int:number>/restore")
@applicant
def restore_file(reference: str, number: int) -> ResponseReturnValue:
    """Put a removed file back."""
    return _change(reference, number, _restore)


@bp.get("/<reference>/files/<int:number>")
@applicant
def download(reference: str, number: int) -> ResponseReturnValue:
    """Hand a file out to somebody of the team."""
    found = uploads.find(db, member_of(reference).application, number)
    if found is None or found.removed_at is not None:
        abort(404)
    return serve(found)


def _question(member: Member, key: str) -> Question:
    question = answers.form_of(member.application).definition.question(key)
    return question if question and question.type is QuestionType.FILE else abort(404)


def _writer(reference: str) -> Member:
    member = member_of(reference)
    return member if teams.may_write(member) else abort(403)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings


def _most_in_all() -> int:
    """Return how many bytes the files of one application may have."""
    return _settings().application_megabytes * MEGABYTE


def _check_token(token: str | None) -> None:
    """Check the CSRF token of a form that was not read before the view."""
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(str(error)) from error


def _add(
    member: Member, asked: Question, form: MultiDict[str, str], contents: list[Content]
) -> tuple[list[Unsaved], list[RefusedFile]]:
    """Save what was typed and add the files; return what could not be saved and which files there was no room for."""
    application, at, full = answers.locked(db, member.application_id), now(), []
    unsaved = keep(db, application, form, by=member.person, now=at)
    for content in contents:
        room = {"most_bytes": _most_in_all(), "by": member.person, "now": at}
        try:
            uploads.add(db, shelf(current_app), application, asked, content, **room)  # type: ignore[arg-type]  # one dict, several types
        except RefusedFile as refusal:
            full.append(refusal.about(content.name))
    return unsaved, full


def _change(reference: str, number: int, change: Change) -> ResponseReturnValue:
    member, at = _writer(reference), now()
    found = uploads.find(db, member.application, number) or abort(404)
    asked = _question(member, found.question)
    application, unsaved = answers.locked(db, member.application_id), []
    try:
        unsaved = keep(db, application, request.form, by=member.person, now=at)
        change(db, application, asked, found, by=member.person, now=at)
        db.commit()
    except Refusal as refusal:
        db.rollback()
        return _told(reference, asked, [refusal], STATUS.get(type(refusal), 422), None)
    return _told(reference, asked, [], 422 if unsaved else 303, unsaved)


def _restore(
    db: DbSession, application: Application, asked: Question, found: Upload, *, by: Person, now: datetime
) -> None:
    uploads.restore(db, application, asked, found, most_bytes=_most_in_all(), by=by, now=now)


def _told(
    reference: str, asked: Question, refused: Sequence[Refusal], status: int, unsaved: Sequence[Unsaved] | None
) -> ResponseReturnValue:
    """Answer the page's script with the list of files, a browser without it with the page it came from.

    `unsaved` is None where nothing that was typed could be saved.
    """
    is_script = request.accept_mimetypes.best == "application/json"
    if status == 303 and not is_script:
        return redirect(_section(reference, asked), 303)
    application, may_write = member_of(reference).application, status != STATUS[answers.TooLate]
    if is_script:
        html = file_list(application, asked, may_write=may_write)
        told = jsonify(html=html, errors=[tell(each) for each in refused])
        response: Response = make_response(told, 200 if status == 303 else status)
    else:
        shown = {"question": asked, "application": application, "uploads": uploads.of(db, application)}
        shown |= {"refused": refused, "unsaved": unsaved, "may_write": may_write, "tell": tell}
        response = private("applications/upload.html", status, **shown, back=_section(reference, asked))
    if status == STATUS[NoRoom]:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _section(reference: str, asked: Question) -> str:
    """Return the address of the question on its page."""
    section = answers.form_of(member_of(reference).application).definition.section_of(asked.key) or abort(404)
    return url_for("applications.section", reference=reference, key=section.key, _anchor=f"a-{asked.key}")
