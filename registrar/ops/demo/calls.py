"""The calls of the demonstration: one open for ten more days, a draft, one in review, and one of an earlier season."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from registrar.calls.importing import import_ready_calls
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.ops.demo.book import Book
from registrar.ops.demo.season import Times
from registrar.programmes.models import Programme, Season
from registrar.programmes.rules import resolve

MUSEUMS, FACTORY = "wac-museums", "wac-factory"
EARLIER, EARLIER_SEASON = "wac-museums-season-3", "wac-lab-season-3"
OPEN_FOR, CLOSES_IN = timedelta(days=30), timedelta(days=10)
EARLIER_CLOSED, FROZEN_AFTER = timedelta(days=330), timedelta(days=250)
FIRST_ROUND = "wac-museums-first-round"
FIRST_ROUND_CLOSED = timedelta(days=21)
SAME = ("about_en", "about_fr", "criteria_en", "criteria_fr", "after_en", "after_fr", "timezone", "grace",
        "eligibility", "form_id", "form_version_id", "places", "minutes")  # fmt: skip
"""What the calls of one form have in common."""
OPENS, CLOSES = time(10), time(18)


def ready(db: DbSession, found: Times) -> tuple[Call, Call]:
    """Bring in the calls that come ready, open the first, and return both."""
    import_ready_calls(db, by="command", now=found.today - OPEN_FOR - timedelta(days=14))
    museums, factory = (db.scalars(select(Call).where(Call.slug == slug)).one() for slug in (MUSEUMS, FACTORY))
    museums.opens_at = _at(museums.timezone, found.today - OPEN_FOR, OPENS)
    museums.closes_at = _at(museums.timezone, found.today + CLOSES_IN, CLOSES)
    museums.decides_on = (museums.closes_at + timedelta(weeks=5)).date()
    museums.state, museums.published_at = CallState.PUBLISHED, museums.opens_at - timedelta(days=1)
    museums.updated_at, museums.version = museums.published_at, 2
    museums.is_demo = factory.is_demo = True
    db.flush()
    return museums, factory


def first_round(book: Book, like: Call, found: Times) -> dict[str, Any]:
    """Note the first round of the call that is open: it closed three weeks ago and is in review."""
    closes_at = _at(like.timezone, found.today - FIRST_ROUND_CLOSED, CLOSES)
    titles = {"title_en": f"{like.title_en}, first round", "title_fr": f"{like.title_fr}, premier tour"}
    row = _like(book, like, closes_at, slug=FIRST_ROUND, programme_id=like.programme_id, **titles)
    row |= {"state": CallState.PUBLISHED, "decides_on": (closes_at + timedelta(weeks=5)).date()}
    return row


def earlier(db: DbSession, book: Book, like: Call, found: Times) -> dict[str, Any] | None:
    """Note a call of an archived season that asked the same; None where the catalogue has no such season."""
    season = db.scalar(select(Season.id).where(Season.slug == EARLIER_SEASON))
    if season is None:
        return None
    closes_at = _at(like.timezone, found.today - EARLIER_CLOSED, CLOSES)
    titles = {"title_en": f"{like.title_en} (season 3)", "title_fr": f"{like.title_fr} (saison 3)"}
    programme = _programme(book, like.programme, season)
    row = _like(book, like, closes_at, slug=EARLIER, programme_id=programme, state=CallState.CLOSED, **titles)
    row |= {"offer_days": 14, "closed_at": closes_at + timedelta(days=40), "frozen_at": closes_at + FROZEN_AFTER}
    return row


def _like(book: Book, like: Call, closes_at: datetime, **given: Any) -> dict[str, Any]:
    """Note a call that asks what another asks, six weeks long."""
    opens_at = closes_at - timedelta(weeks=6)
    row = book.add(Call, is_demo=True, **given, **{name: getattr(like, name) for name in SAME})
    row |= {"opens_at": opens_at, "closes_at": closes_at, "created_at": opens_at, "updated_at": closes_at}
    row["published_at"] = opens_at
    return row


def _programme(book: Book, like: Programme, season_id: int) -> int:
    """Note the programme of that season; its address says which it is, for the removal."""
    copied = {column.name: getattr(like, column.name) for column in Programme.__table__.columns if column.name != "id"}
    return int(book.add(Programme, **{**copied, "slug": EARLIER, "season_id": season_id})["id"])


def _at(zone: str, day: datetime, clock: time) -> datetime:
    return resolve(day.date(), clock, zone)
