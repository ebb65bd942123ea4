"""A person's page for organisers: their whole history, and what can be done for them."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import people_operations as operations
from registrar.console import people_queries as queries
from registrar.console import reach, report_words, words
from registrar.console.navigation import bp
from registrar.db import db
from registrar.errors import Refusal
from registrar.mail.suppression import suppressions_among
from registrar.people.models import Person
from registrar.people.tags import tags_of
from registrar.programmes.models import Session
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo
from registrar.weekly import seats
from registrar.weekly.models import Registration, Seat


def _page(person_id: int, problem: str = "") -> str:
    person = _found(person_id)
    seasons = queries.seasons(db, person)
    sign_ups = queries.sign_up_ids(db, person)
    of_person = queries.mails_to(person, [each.registration.id for each in seasons], sign_ups)
    sessions = {week.session.id: week.session for season in seasons for week in season.weeks}
    return render_template(
        "console/person.html", person=person, seasons=seasons, consents=queries.consents(db, person),
        mails=queries.mails(db, of_person & reach.mails(signed_in_staff())), sessions=sessions,
        entries=queries.entries(db, person, seasons, sign_ups),
        tags=tags_of(db, person_id), words=words, problem=problem, now=now(), zone=signed_in_staff().timezone,
        report_words=report_words,
        stopped=suppressions_among(db, [person.email]).get(person.email),
    )  # fmt: skip


def _found(person_id: int) -> Person:
    return db.get(Person, person_id) or abort(404)


def _registration(person_id: int, registration_id: int) -> Registration:
    found = db.get(Registration, registration_id)
    return found if found and found.person_id == person_id else abort(404)


def _refused(person_id: int, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return _page(person_id, tell(refusal)), 409


def _done(person_id: int) -> ResponseReturnValue:
    db.commit()
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.get("/people/<int:person_id>")
@staff(Role.ORGANISER)
def person(person_id: int) -> ResponseReturnValue:
    """Show everything about a person."""
    return _page(person_id)


@bp.post("/people/<int:person_id>/link")
@staff(Role.ORGANISER)
def send_link(person_id: int) -> ResponseReturnValue:
    """Mail the person a fresh link to their page."""
    found = _found(person_id)
    operations.send_link(db, found, by=actor(), now=now())
    flash(_("A fresh link is on its way to %(name)s.", name=found.name))
    return _done(person_id)


@bp.post("/people/<int:person_id>/registrations/<int:registration_id>/cancel")
@staff(Role.ORGANISER)
def cancel_registration(person_id: int, registration_id: int) -> ResponseReturnValue:
    """End a registration; seats that become free go to the waiting lists."""
    registration = _registration(person_id, registration_id)
    seats.cancel_registration(db, registration, by=actor(), now=now())
    flash(_("The registration %(reference)s is cancelled.", reference=registration.reference))
    return _done(person_id)


@bp.post("/people/<int:person_id>/registrations/<int:registration_id>/sessions/<int:session_id>/put")
@staff(Role.ORGANISER)
def put_into(person_id: int, registration_id: int, session_id: int) -> ResponseReturnValue:
    """Give the person a seat in a session."""
    registration = _registration(person_id, registration_id)
    session = db.get(Session, session_id)
    if session is None or session.programme_id != registration.programme_id:
        abort(404)
    try:
        state = operations.put_into(db, registration, session, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(person_id, refusal)
    flash(f"{session.title(registration.person.locale)}: {words.SEATS[state]}")
    return _done(person_id)


@bp.post("/people/<int:person_id>/seats/<int:seat_id>/take-out")
@staff(Role.ORGANISER)
def take_out(person_id: int, seat_id: int) -> ResponseReturnValue:
    """Take the person out of a session."""
    seat = db.get(Seat, seat_id)
    if seat is None or seat.registration.person_id != person_id:
        abort(404)
    try:
        operations.take_out(db, seat, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(person_id, refusal)
    way_back = url_for(
        ".put_into", person_id=person_id, registration_id=seat.registration_id, session_id=seat.session_id
    )
    offer_undo(_("Taken out of the session."), way_back)
    return _done(person_id)
