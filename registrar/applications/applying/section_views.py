"""The page of a section, and saving it as a whole: what people without JavaScript do, and the button "continue"."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from registrar.applications import answers, merging
from registrar.applications.answers import Save, StaleAnswer, TooLate
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.clashes import Clash, clash
from registrar.applications.applying.section_page import NOTHING, SectionPage, Typed, section_page
from registrar.applications.models import Answer, Member
from registrar.applications.teams import may_write
from registrar.calls.definition import Question
from registrar.calls.reading import field_name, value_of, was_sent
from registrar.calls.rules import QuestionType
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.programmes.choices import country_options
from registrar.web.access import applicant
from registrar.web.failures import tell

Fields = MultiDict[str, str]


@bp.get("/<reference>/sections/<key>")
@applicant
def section(reference: str, key: str) -> ResponseReturnValue:
    """Show the questions of one section."""
    return _show(_page(member_of(reference), key, now()))


@bp.post("/<reference>/sections/<key>")
@applicant
def save_section(reference: str, key: str) -> ResponseReturnValue:
    """Save every answer of the page; what somebody else has changed meanwhile is shown beside what was typed."""
    member, at = member_of(reference), now()
    if not may_write(member):
        abort(403)
    answers.locked(db, member.application_id)
    before = _page(member, key, at)
    try:
        typed = _save(before, request.form, at)
    except TooLate:
        db.rollback()
        return _show(_page(member_of(reference), key, at), _unsaved(before, request.form), 422)
    after = _page(member, key, at)
    page = _show(after, typed, 409 if typed.clashes else 422) if typed.values else None
    where = _where_next(before, after, request.form)
    db.commit()
    return page or redirect(where, 303)


def _page(member: Member, key: str, at: datetime) -> SectionPage:
    return section_page(db, member, key, now=at) or abort(404)


def _show(page: SectionPage, typed: Typed = NOTHING, status: int = 200) -> Response:
    entries = page.entries(typed)
    return private("applications/section.html", status, page=page, entries=entries, countries=country_options())


def _save(page: SectionPage, sent: Fields, at: datetime) -> Typed:
    """Save what was sent; return what could not be saved and why."""
    values: dict[str, Any] = {}
    versions: dict[str, int] = {}
    clashes: dict[str, Clash] = {}
    messages: dict[str, str] = {}
    for wanted in _wanted(page, sent):
        key = wanted.question.key
        try:
            answers.save(db, page.application, wanted, by=page.member.person, now=at)
            continue
        except StaleAnswer as stale:
            clashes[key] = clash(stale.current, wanted, page.member.person)
        except TooLate:
            raise
        except Refusal as refusal:
            messages[key] = tell(refusal)
        values[key], versions[key] = wanted.value, wanted.seen
    return Typed(values, versions, clashes, messages)


def _wanted(page: SectionPage, sent: Fields) -> list[Save]:
    """Return the answers to be saved; files are uploaded one by one."""
    here = [each for each in page.section.questions if each.type is not QuestionType.FILE and was_sent(each, sent)]
    found = (_merged(each, sent, page.stored) for each in here)
    return [each for each in found if each is not None]


def _merged(question: Question, sent: Fields, stored: Mapping[str, Answer]) -> Save | None:
    """Return what is to be saved after the decision about two texts, if there was one; None to leave what is stored."""
    name, mine = field_name(question), value_of(question, sent)
    seen = sent.get(f"{name}-asked", 0, type=int)
    choice, theirs = sent.get(f"{name}-merge"), sent.get(f"{name}-theirs", 0, type=int)
    if choice == "theirs":
        return None
    if choice not in ("mine", "both"):
        return Save(question, mine, seen)
    current = stored.get(question.key)
    if choice == "both" and current and current.version == theirs:
        mine = merging.both(question, current.value, mine) or mine
    return Save(question, mine, theirs)


def _unsaved(page: SectionPage, sent: Fields) -> Typed:
    """Return what was typed too late and differs from what is stored."""
    wanted = _wanted(page, sent)
    return Typed({each.question.key: each.value for each in wanted if each.value != page.values.get(each.question.key)})


def _where_next(before: SectionPage, after: SectionPage, sent: Fields) -> str:
    """Return the page that follows: this one again if it asks something new or something needs a change."""
    reference, key = after.application.reference, after.section.key
    here = url_for(".section", reference=reference, key=key)
    if sent.get("then") == "here" or any(name.endswith("-merge") for name in sent):
        return here
    if after.asked_here() - before.asked_here():
        flash(_("Saved. Your answers lead to another question."))
        return here
    if any(each.message for each in after.entries() if each.is_asked):
        flash(_("Saved. Something needs a change before you submit."))
        return here
    if after.next is None:
        return url_for(".check", reference=reference)
    return url_for(".section", reference=reference, key=after.next.key)
