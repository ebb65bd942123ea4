"""Institutions for organisers: the list, one with its history, its people in roles and what it completed."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import institution_history as history
from registrar.console import institution_operations as operations
from registrar.console import institution_queries as queries
from registrar.console import institution_words, words
from registrar.console.institution_forms import AffiliationForm, CompletionForm, InstitutionFilterForm
from registrar.console.navigation import page, page_number
from registrar.console.rules import PER_PAGE
from registrar.console.suppression_queries import person_with
from registrar.db import db
from registrar.errors import Refusal
from registrar.people import institution_changes as changes
from registrar.people.duplicates import proposals_for
from registrar.people.institutions import standing
from registrar.people.models import Institution
from registrar.people.rules import InstitutionRole
from registrar.people.unmerging import merges_of
from registrar.programmes.models import Completion, Programme, Season
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo

bp = Blueprint("institutions_manage", __name__, url_prefix="/console/institutions")


def found(institution_id: int) -> Institution:
    """Return the institution of the address."""
    return db.get(Institution, institution_id) or abort(404)


def its_page(institution: Institution) -> ResponseReturnValue:
    """Lead to the page of an institution."""
    return redirect(url_for("institutions_manage.institution", institution_id=institution.id), 303)


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """List institutions, a page at a time."""
    form = InstitutionFilterForm()
    form.offer(queries.countries(db))
    wanted, number = form.details, page_number()
    lines, more = queries.lines(db, signed_in_staff(), wanted, number)
    pages = page(number, PER_PAGE, len(lines), total=queries.total(db, wanted), more=more)
    return render_template(
        "institutions/index.html", filters_form=form, wanted=wanted, lines=lines, page=pages,
        waiting=queries.unconfirmed(db), words=institution_words,
    )  # fmt: skip


@bp.get("/<int:institution_id>")
@staff(Role.ORGANISER)
def institution(institution_id: int) -> ResponseReturnValue:
    """Show what is known of an institution, and what it did."""
    return page_of(found(institution_id))


def page_of(institution: Institution, **forms: Any) -> str:
    """Show an institution, with the forms that could not be taken as they were sent."""
    shown = {"people_form": AffiliationForm(formdata=None), "completion_form": CompletionForm(formdata=None), **forms}
    programmes = _programmes()
    shown["completion_form"].offer(programmes, _seasons())
    return render_template(
        "institutions/institution.html", institution=institution,
        people=changes.affiliations(db, institution), completions=queries.completions_of(db, institution),
        alike=proposals_for(db, institution), merges=_merges(institution), entries=history.entries(db, institution),
        kept=standing(db, institution), titles={each.line: each.title for each in programmes},
        words=institution_words, console_words=words, zone=signed_in_staff().timezone,
        chapters=history.chapters(db, institution, signed_in_staff()), **shown,
    )  # fmt: skip


def _programmes() -> Sequence[Programme]:
    """Return the programmes by application, the newest season last, so that its titles are those that are shown."""
    statement = select(Programme).join(Programme.season).order_by(Season.position.desc(), Programme.position)
    return [each for each in db.scalars(statement) if each.applicant is not None]


def _seasons() -> Sequence[Season]:
    return db.scalars(select(Season).order_by(Season.position)).all()


def _merges(institution: Institution) -> list[tuple[Any, Institution, Institution]]:
    """Return the merges with the kept and the merged institution."""
    ids = merges_of(db, institution)
    return [(each, db.get_one(Institution, each.kept_id), db.get_one(Institution, each.merged_id)) for each in ids]


@bp.post("/<int:institution_id>/confirm")
@staff(Role.ORGANISER)
def confirm(institution_id: int) -> ResponseReturnValue:
    """Say that an institution is what it says."""
    institution = found(institution_id)
    if changes.confirm(db, institution, by=actor(), now=now()):
        url = url_for(".unconfirm", institution_id=institution.id)
        offer_undo(_("%(name)s is confirmed.", name=institution.name), url)
    db.commit()
    return its_page(institution)


@bp.post("/<int:institution_id>/unconfirm")
@staff(Role.ORGANISER)
def unconfirm(institution_id: int) -> ResponseReturnValue:
    """Take a confirmation back."""
    institution = found(institution_id)
    changes.unconfirm(db, institution, by=actor(), now=now())
    db.commit()
    return its_page(institution)


@bp.post("/<int:institution_id>/people")
@staff(Role.ORGANISER)
def affiliate(institution_id: int) -> ResponseReturnValue:
    """Say what a known person is to an institution."""
    institution, form = found(institution_id), AffiliationForm()
    if not form.validate():
        return page_of(institution, people_form=form), 422
    person = person_with(db, form.email.key)
    if person is None:
        form.email.errors = [_("Nobody with this address is known here. People are known once they have signed up.")]
        return page_of(institution, people_form=form), 422
    changes.affiliate(db, institution, person, form.chosen_role, by=actor(), now=now())
    db.commit()
    return its_page(institution)


@bp.post("/<int:institution_id>/people/<int:person_id>/remove")
@staff(Role.ORGANISER)
def part(institution_id: int, person_id: int) -> ResponseReturnValue:
    """Take a person from an institution."""
    institution = found(institution_id)
    people = {each.person_id: each.person for each in changes.affiliations(db, institution)}
    role: InstitutionRole | None = changes.part(db, institution, person_id, by=actor(), now=now())
    if role is not None:
        person, url = people[person_id], url_for(".affiliate", institution_id=institution.id)
        offer_undo(_("%(name)s was taken off.", name=person.name), url, email=person.email, role=role.value)
    db.commit()
    return its_page(institution)


@bp.post("/<int:institution_id>/completions")
@staff(Role.ORGANISER)
def complete(institution_id: int) -> ResponseReturnValue:
    """Record that an institution completed a programme."""
    institution, form = found(institution_id), CompletionForm()
    form.offer(_programmes(), _seasons())
    if not form.validate():
        return page_of(institution, completion_form=form), 422
    facts = form.line.data, db.get_one(Season, int(form.season.data)), form.note.data or ""
    try:
        operations.record_completion(db, institution, *facts, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        form.line.errors = [tell(refusal)]
        return page_of(institution, completion_form=form), 409
    db.commit()
    return its_page(institution)


@bp.post("/<int:institution_id>/completions/<int:completion_id>/remove")
@staff(Role.ORGANISER)
def remove_completion(institution_id: int, completion_id: int) -> ResponseReturnValue:
    """Take back that an institution completed a programme."""
    institution, row = found(institution_id), db.get(Completion, completion_id)
    if row is not None and row.institution_id == institution.id:
        operations.remove_completion(db, row, by=actor(), now=now())
        url = url_for(".complete", institution_id=institution.id)
        offer_undo(_("Removed."), url, line=row.line, season=row.season_id, note=row.note)
    db.commit()
    return its_page(institution)
