"""Tags: put on a person and taken off on their page, renamed for everybody on a page of their own."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.console.navigation import bp
from registrar.db import db
from registrar.errors import Refusal
from registrar.people import tags
from registrar.people.models import Person
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.forms import BaseForm


def _person(person_id: int) -> Person:
    return db.get(Person, person_id) or abort(404)


def _typed() -> str:
    return request.form.get("tag", "")


@bp.route("/people/<int:person_id>/tags", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def person_tags(person_id: int) -> ResponseReturnValue:
    """Show the tags of a person, and put one more on them."""
    person, problem = _person(person_id), ""
    if BaseForm().validate_on_submit():
        try:
            tags.add(db, person, _typed(), by=actor(), now=now())
            db.commit()
            return redirect(url_for(".person_tags", person_id=person_id), 303)
        except Refusal as refusal:
            db.rollback()
            problem = tell(refusal)
    page = render_template(
        "console/person_tags.html", person=person, tags=tags.tags_of(db, person_id), known=tags.counts(db),
        problem=problem, typed=_typed(),
    )  # fmt: skip
    return page, 422 if problem else 200


@bp.post("/people/<int:person_id>/tags/remove")
@staff(Role.ORGANISER)
def remove_tag(person_id: int) -> ResponseReturnValue:
    """Take a tag off a person."""
    tags.remove(db, _person(person_id), _typed(), by=actor(), now=now())
    db.commit()
    return redirect(url_for(".person_tags", person_id=person_id), 303)


@bp.get("/tags")
@staff(Role.ORGANISER)
def tag_list() -> ResponseReturnValue:
    """Show every tag and how many persons carry it."""
    return render_template("console/tags.html", counts=tags.counts(db), problem="")


@bp.post("/tags/rename")
@staff(Role.ORGANISER)
def rename_tag() -> ResponseReturnValue:
    """Give a tag another name on everybody who carries it."""
    before = _typed()
    try:
        count = tags.rename(db, before, request.form.get("name", ""), by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return render_template("console/tags.html", counts=tags.counts(db), problem=tell(refusal), at=before), 422
    db.commit()
    flash(
        ngettext("Renamed on %(num)s person.", "Renamed on %(num)s people.", count) if count else _("Nothing changed.")
    )
    return redirect(url_for(".tag_list"), 303)
