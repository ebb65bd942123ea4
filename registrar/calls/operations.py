"""What organisers do with a call: begin, edit, publish, close, move its deadline, copy it for the next season."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.calls import checks, proposals, versions
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.proposals import Unit
from registrar.calls.queries import line_titles
from registrar.calls.rules import CallState, move
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.programmes.models import Programme
from registrar.programmes.rules import zone_named

Values = Mapping[str, Any]
"""New values of columns of a call."""
DATES = frozenset({"opens_at", "closes_at", "timezone", "grace", "decides_on"})
TEXTS = frozenset(f"{name}_{locale}" for name in ("title", "about", "criteria", "after") for locale in ("en", "fr"))
ADMISSION = frozenset({"eligibility", "places", "minutes"})
EDITABLE = DATES | TEXTS | ADMISSION


class SlugTaken(Refusal):
    """Another call has the address."""


class NotReady(Refusal):
    """Something must be mended before publishing; see `checks.missing`."""


@dataclass(frozen=True)
class Start:
    """What a new call begins with."""

    programme: Programme
    form: ApplicationForm
    slug: str
    title_en: str
    title_fr: str


def create(db: DbSession, start: Start, values: Values, *, by: str, now: datetime) -> Call:
    """Begin a draft; `values` are its dates and whatever else is known."""
    _refuse_taken(db, start.slug)
    newest = versions.newest(start.form)
    call = Call(slug=start.slug, title_en=start.title_en, title_fr=start.title_fr, **values)
    call.programme, call.form, call.form_version = start.programme, start.form, newest
    call.created_at = call.updated_at = now
    db.add(call)
    db.flush()
    audit.record(db, by, "call.create", call, now=now)
    return call


def edit(db: DbSession, call_id: int, values: Values, *, seen: int, by: str, now: datetime) -> list[str]:
    """Change columns of a call; return the names of those that differ. Raise `Conflict` if it has moved on."""
    if unknown := set(values) - EDITABLE:
        raise ValueError(f"not to be edited: {unknown}")
    call = _locked(db, call_id, seen)
    changed = sorted(name for name, value in values.items() if getattr(call, name) != value)
    for name in changed:
        setattr(call, name, values[name])
    _check_order(call)
    if call.state is CallState.PUBLISHED and "closes_at" in changed and call.closes_at <= now:
        raise Refusal(N_("That deadline has passed already. To end the call now, close it."))
    if changed:
        _changed(db, call, "call.edit", by, now, fields=changed, **_moved_deadline(call, changed))
    return changed


def choose_form(db: DbSession, call_id: int, form: ApplicationForm, *, seen: int, by: str, now: datetime) -> None:
    """Let a draft ask another form, in its newest version; a published call keeps its form."""
    call = _locked(db, call_id, seen)
    if call.state is not CallState.DRAFT:
        raise Refusal(N_("The form of a published call stays; teams may be answering it."))
    call.form, call.form_version = form, versions.newest(form)
    _changed(db, call, "call.choose_form", by, now, form=form.id)


def publish(db: DbSession, call_id: int, *, seen: int, by: str, now: datetime) -> Call:
    """Let everybody see a call; publish its form with it where that has no version yet. Raise `NotReady`."""
    call = _locked(db, call_id, seen)
    to = move(call.state, CallState.PUBLISHED)
    if checks.missing(call, line_titles(db), now):
        raise NotReady(N_("Something is still missing; see below."))
    if call.form_version is None:
        call.form_version = versions.newest(call.form) or versions.publish(db, call.form_id, by=by, now=now)
    call.state, call.published_at, call.closed_at = to, now, None
    _changed(db, call, "call.publish", by, now, version=call.form_version.number)
    return call


def back_to_draft(
    db: DbSession, call_id: int, applications: Callable[[Call], int], *, seen: int, by: str, now: datetime
) -> Call:
    """Hide a call again; `applications` counts those it has, once no other can begin."""
    call = _locked(db, call_id, seen)
    to = move(call.state, CallState.DRAFT)
    if applications(call):
        raise Refusal(N_("Somebody has begun an application. Close the call instead: nothing new begins then."))
    call.state, call.published_at = to, None
    _changed(db, call, "call.unpublish", by, now)
    return call


def close(db: DbSession, call_id: int, *, seen: int, by: str, now: datetime) -> Call:
    """End a call now, whatever its deadline says; all text is kept."""
    call = _locked(db, call_id, seen)
    call.state, call.closed_at = move(call.state, CallState.CLOSED), now
    _changed(db, call, "call.close", by, now)
    return call


def reopen(db: DbSession, call_id: int, *, seen: int, by: str, now: datetime) -> Call:
    """Take the end of a call back: its moments count again."""
    call = _locked(db, call_id, seen)
    if call.state is not CallState.CLOSED:
        raise Refusal(N_("This call is not closed."))
    call.state, call.closed_at = move(call.state, CallState.PUBLISHED), None
    _changed(db, call, "call.reopen", by, now)
    return call


def duplicate(
    db: DbSession, source: Call, start: Start, by_how_much: tuple[int, Unit], *, by: str, now: datetime
) -> Call:
    """Begin a draft with everything a call says, its dates moved by whole weeks or years."""
    amount, unit = by_how_much
    kept = {name: getattr(source, name) for name in EDITABLE - DATES - {"title_en", "title_fr"}}
    days = {
        name: proposals.moved(getattr(source, name), source.timezone, amount, unit)
        for name in ("opens_at", "closes_at")
    }
    decides = proposals.moved_day(source.decides_on, amount, unit) if source.decides_on else None
    dates = {**days, "decides_on": decides, "timezone": source.timezone, "grace": source.grace}
    made = create(db, start, {**kept, **dates}, by=by, now=now)
    audit.record(db, by, "call.duplicate", made, now=now, source=source.id)
    return made


def _locked(db: DbSession, call_id: int, seen: int) -> Call:
    """Return the call as it is now, with its row locked; refuse if it has moved on since the page was shown."""
    statement = select(Call).where(Call.id == call_id).with_for_update(of=Call)
    call = db.scalars(statement, execution_options={"populate_existing": True}).one()
    if call.version != seen:
        raise Conflict(N_("Somebody else has changed this call in the meantime."))
    refuse_if_frozen(call)
    return call


def _changed(db: DbSession, call: Call, action: str, by: str, now: datetime, **facts: Any) -> None:
    call.version, call.updated_at = call.version + 1, now
    audit.record(db, by, action, call, now=now, **facts)
    db.flush()


def _check_order(call: Call) -> None:
    if call.closes_at <= call.opens_at:
        raise Refusal(N_("The deadline must come after the opening."))
    deadline = call.closes_at.astimezone(zone_named(call.timezone)).date()
    if call.decides_on is not None and call.decides_on < deadline:
        raise Refusal(N_("Teams cannot be told before the deadline. Choose a later day for the decision."))


def _moved_deadline(call: Call, changed: list[str]) -> dict[str, str]:
    return {"closes_at": call.closes_at.isoformat()} if "closes_at" in changed else {}


def _refuse_taken(db: DbSession, slug: str) -> None:
    if db.scalar(select(Call.id).where(Call.slug == slug)) is not None:
        raise SlugTaken(N_("Another call has this address. Choose another one."))
