"""The personal join link: a countdown before, the way into the meeting from 15 minutes before, the recording after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from registrar.clock import now
from registrar.db import db, read_only, writable
from registrar.errors import Busy
from registrar.programmes.models import Session
from registrar.programmes.rules import join_opens_at
from registrar.tokens import Purpose, Tokens
from registrar.web.access import public, writes_on_get
from registrar.web.headers import keep_private
from registrar.weekly.attendance import record_joining
from registrar.weekly.models import Registration, Seat
from registrar.weekly.public.entrance import Entrance, entrance

bp = Blueprint("join", __name__)
log = structlog.get_logger()
LOOK_AGAIN = timedelta(seconds=20)
"""How soon the page looks again while the meeting's address is not known."""

LONGEST_WAIT = timedelta(hours=12)
"""Up to this long before the door opens the page waits by itself and then goes in."""


@dataclass(frozen=True)
class Ticket:
    """What a join link stands for; `seat` is None if the person has none in the session."""

    registration: Registration
    session: Session
    seat: Seat | None

    @property
    def address(self) -> str | None:
        """The meeting's own address, known to nobody but the redirect."""
        return self.session.join_url or self.session.programme.join_url

    def entrance(self, now: datetime) -> Entrance:
        return entrance(
            self.session.starts_at,
            self.session.ends_at,
            session_cancelled_at=self.session.cancelled_at,
            published_at=self.session.published_at,
            registration_cancelled_at=self.registration.cancelled_at,
            seat=self.seat.state if self.seat else None,
            now=now,
        )


@bp.get("/join/<token>")
@public
@writes_on_get  # the click on the link is what attendance is known from; a page in between would keep people outside
def join(token: str) -> ResponseReturnValue:
    """Let a confirmed person in, or say kindly what there is instead."""
    read_only(db)
    ticket, moment = _ticket(token), now()
    if ticket is None:
        return keep_private(make_response(render_template("weekly/link_unknown.html"), 404))
    found = ticket.entrance(moment)
    if found is Entrance.OPEN and ticket.seat and ticket.address:
        return _enter(ticket.seat, ticket.address, moment)
    if found is Entrance.WATCH:
        page = url_for("weekly.session", programme=ticket.session.programme.slug, session=ticket.session.slug)
        return keep_private(_see_other(page))
    return keep_private(make_response(_page(ticket, found, moment)))


def _enter(seat: Seat, address: str, moment: datetime) -> ResponseReturnValue:
    if not _only_looking():
        _record(seat, moment)
    return keep_private(_see_other(address))


def _record(seat: Seat, moment: datetime) -> None:
    """Record the attendance by itself: when nothing can be written, people get in all the same."""
    writable(db)
    try:
        record_joining(db, seat, now=moment)
        db.commit()
    except (Busy, OperationalError) as error:
        db.rollback()
        log.warning("join.not_recorded", error=type(error).__name__)


def _only_looking() -> bool:
    """Tell whether this request comes from a program that looks ahead, not from a person who goes in."""
    purposes = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    return request.method != "GET" or any("prefetch" in purpose for purpose in purposes)


def _see_other(address: str) -> Response:
    """Redirect without a body: the usual one would show the address as text."""
    response = make_response(redirect(address, 303))
    response.set_data(b"")
    return response


def _page(ticket: Ticket, found: Entrance, moment: datetime) -> str:
    opens_at = join_opens_at(ticket.session.starts_at)
    look_again = {Entrance.EARLY: opens_at, Entrance.OPEN: moment + LOOK_AGAIN}.get(found)
    if look_again and look_again - moment > LONGEST_WAIT:
        look_again = None
    return render_template(
        "weekly/join.html",
        found=found,
        session=ticket.session,
        seat=ticket.seat,
        person=ticket.registration.person,
        opens_at=opens_at,
        look_again_seconds=int((look_again - moment).total_seconds()) + 1 if look_again else None,
    )


def _ticket(token: str) -> Ticket | None:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    claim = tokens.read(Purpose.JOIN, token)
    if claim is None:
        return None
    registration_id, session_id = claim.ids
    found = db.execute(_TICKET.where(Registration.id == registration_id, Session.id == session_id)).first()
    return Ticket(*found) if found else None


_TICKET = (
    select(Registration, Session, Seat)
    .join(Session, Session.programme_id == Registration.programme_id)
    .outerjoin(Seat, (Seat.registration_id == Registration.id) & (Seat.session_id == Session.id))
    .options(joinedload(Registration.person), joinedload(Session.programme))
)
