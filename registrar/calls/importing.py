"""Brings in the calls that come ready: drafts with a published form, once; what organisers made of them stays."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from registrar.audit.operations import record
from registrar.calls import versions
from registrar.calls.definition import to_json
from registrar.calls.eligibility import to_stored
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.calls.proposals import moment, monday
from registrar.calls.ready import ReadyCall, ready_calls
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.programmes.models import Programme
from registrar.programmes.rules import zone_named


def import_call(db: DbSession, ready: ReadyCall, *, by: str, now: datetime) -> Call | None:
    """Add a call as a draft with its form, and return it; None where there is a call with its address already."""
    if db.scalar(select(Call.id).where(Call.slug == ready.slug)) is not None:
        return None
    programme = _programme(db, ready)
    if programme is None:
        raise Refusal(N_("There is no programme %(slug)s; import the catalogue first."), slug=ready.programme)
    version = _form_version(db, ready, by, now)
    call = Call(programme_id=programme.id, form_id=version.form_id, form_version_id=version.id, **_values(ready, now))
    db.add(call)
    db.flush()
    record(db, by, "call.import", call, now=now)
    return call


def import_ready_calls(db: DbSession, *, by: str, now: datetime) -> list[Call]:
    """Add the calls that come with the program, of programmes that are there; return those that are new."""
    known = [each for each in ready_calls() if _programme(db, each)]
    imported = (import_call(db, each, by=by, now=now) for each in known)
    return [each for each in imported if each is not None]


def _programme(db: DbSession, ready: ReadyCall) -> Programme | None:
    return db.scalar(select(Programme).where(Programme.slug == ready.programme))


def _form_version(db: DbSession, ready: ReadyCall, by: str, now: datetime) -> FormVersion:
    """Return the newest version of the form of that name; publish the file's as the first where there is none."""
    form = db.scalar(select(ApplicationForm).where(ApplicationForm.name == ready.form_name))
    if form is None:
        form = ApplicationForm(
            name=ready.form_name, draft=to_json(ready.form), created_at=now, updated_at=now, updated_by=by
        )
        db.add(form)
        db.flush()
    return versions.newest(form) or versions.publish(db, form.id, by=by, now=now)


def _values(ready: ReadyCall, now: datetime) -> dict[str, Any]:
    opens_at, closes_at = _moments(ready, now)
    decides = closes_at.astimezone(zone_named(ready.timezone)).date() + timedelta(weeks=ready.weeks_to_decide)
    texts = {
        f"{name}_{locale}": getattr(getattr(ready, name), locale).strip()
        for name in ("title", "about", "criteria", "after")
        for locale in ("en", "fr")
    }
    return {
        **texts,
        "slug": ready.slug,
        "timezone": ready.timezone,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "decides_on": decides,
        "grace": timedelta(minutes=ready.grace_minutes),
        "places": ready.places,
        "minutes": ready.minutes,
        "eligibility": to_stored(ready.eligibility),
        "created_at": now,
        "updated_at": now,
    }


def _moments(ready: ReadyCall, now: datetime) -> tuple[datetime, datetime]:
    """Propose when the call opens and when it closes, on Mondays."""
    on = monday(now, ready.timezone)
    closes_on = on + timedelta(weeks=ready.weeks_open)
    return moment(on, ready.opens, ready.timezone), moment(closes_on, ready.closes, ready.timezone)
