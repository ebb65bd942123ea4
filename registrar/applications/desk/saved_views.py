"""Views of a list: filters and order that an organiser keeps under a name, shares, and may see first.

Which view somebody sees first is a row too, in a list of its own: its name is the number of the view.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, func, or_, select

from registrar.accounts.models import Staff
from registrar.applications.desk.rules import LONGEST_NAME, MOST_VIEWS
from registrar.applications.desk_models import SavedView
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import N_, Refusal

NOT_KEPT = frozenset({"page", "lang", "view"})


@dataclass(frozen=True)
class Kept:
    """The views that somebody may choose from, their own first, and the one that they see first."""

    views: list[SavedView]
    first_id: int | None

    @property
    def first(self) -> SavedView | None:
        return next((each for each in self.views if each.id == self.first_id), None)


def kept(db: DbSession, call: Call, staff: Staff) -> Kept:
    """Return a member of staff's own views of the applications to a call, and those that others share."""
    mine = SavedView.staff_id == staff.id
    own_or_shared = (SavedView.list == _list(call)) & or_(mine, SavedView.shared_at.is_not(None))
    first = (SavedView.list == _first(call)) & mine
    found = list(db.scalars(select(SavedView).where(or_(own_or_shared, first)).order_by(SavedView.name)))
    views = [each for each in found if each.list == _list(call)]
    pointer = next((int(each.name) for each in found if each.list == _first(call)), None)
    return Kept(sorted(views, key=lambda each: each.staff_id != staff.id), pointer)


def save(db: DbSession, call: Call, staff: Staff, name: str, query: str) -> SavedView:
    """Keep the filters of an address under a name; one of that name is overwritten."""
    name = _named(name)
    statement = select(SavedView).where(SavedView.staff_id == staff.id, SavedView.list == _list(call))
    view = db.scalar(statement.where(SavedView.name == name))
    if view is None:
        if (db.scalar(select(func.count()).select_from(statement.subquery())) or 0) >= MOST_VIEWS:
            raise Refusal(N_("You keep %(most)s views already. Remove one first."), most=MOST_VIEWS)
        view = SavedView(staff_id=staff.id, list=_list(call), name=name)
        db.add(view)
    view.query = without_place(query)
    db.flush()
    return view


def rename(db: DbSession, view: SavedView, name: str) -> None:
    """Give a view another name."""
    name = _named(name)
    same = (SavedView.staff_id == view.staff_id, SavedView.list == view.list, SavedView.name == name)
    if db.scalar(select(SavedView.id).where(*same, SavedView.id != view.id)) is not None:
        raise Refusal(N_("You have a view of that name already."))
    view.name = name


def share(view: SavedView, *, now: datetime) -> None:
    """Let the other organisers see a view."""
    view.shared_at = view.shared_at or now


def keep_to_oneself(view: SavedView) -> None:
    view.shared_at = None


def remove(db: DbSession, call: Call, view: SavedView) -> None:
    """Remove a view, and let nobody see it first any more."""
    db.execute(delete(SavedView).where(SavedView.list == _first(call), SavedView.name == str(view.id)))
    db.delete(view)


def see_first(db: DbSession, call: Call, staff: Staff, view: SavedView | None) -> None:
    """Show this view to somebody who opens the list; with None the whole list."""
    db.execute(delete(SavedView).where(SavedView.list == _first(call), SavedView.staff_id == staff.id))
    if view is not None:
        db.add(SavedView(staff_id=staff.id, list=_first(call), name=str(view.id), query=""))


def without_place(query: str) -> str:
    """Return the query of an address without what does not belong to a view."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in NOT_KEPT])


def _named(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise Refusal(N_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise Refusal(N_("A name has at most %(most)s characters."), most=LONGEST_NAME)
    return name


def _list(call: Call) -> str:
    return f"applications:{call.id}"


def _first(call: Call) -> str:
    return f"applications:{call.id}:first"
