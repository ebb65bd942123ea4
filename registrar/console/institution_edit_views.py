"""Change what is known of an institution, or add one."""

from hashlib import blake2b
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.console.institution_forms import InstitutionForm
from registrar.console.institution_views import bp, found, its_page
from registrar.db import db
from registrar.errors import Refusal
from registrar.people import institution_changes as changes
from registrar.people.institution_changes import Details
from registrar.people.models import Institution
from registrar.people.named import named, with_country
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.route("/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Add an institution."""
    form = InstitutionForm()
    if request.method == "GET":
        return _page(form, None)
    parent = _parent(form) if form.validate() else None
    if form.errors:
        return _page(form, None), 422
    try:
        added = changes.add(db, form.details(parent), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal, None)
    db.commit()
    return its_page(added)


@bp.route("/<int:institution_id>/edit", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def edit(institution_id: int) -> ResponseReturnValue:
    """Change what is known of an institution."""
    institution = found(institution_id)
    if institution.merged_into_id is not None:
        return redirect(url_for(".institution", institution_id=institution.id), 303)
    if request.method == "GET":
        return _page(InstitutionForm(formdata=None, **_shown(institution)), institution)
    form = InstitutionForm()
    parent = _parent(form) if form.validate() else None
    if form.errors:
        return _page(form, institution), 422
    if form.seen.data != _digest(changes.details_of(institution)):
        return _meanwhile(form, institution)
    try:
        changes.edit(db, institution, form.details(parent), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal, institution)
    db.commit()
    return its_page(institution)


def _page(form: InstitutionForm, institution: Institution | None, **more: Any) -> str:
    return render_template("institutions/edit.html", form=form, institution=institution, **more)


def _shown(institution: Institution) -> dict[str, Any]:
    """Return what is stored, as the form shows it."""
    details = changes.details_of(institution)
    lists = {"aliases": "\n".join(details.aliases), "domains": "\n".join(details.domains)}
    kind = details.kind.value if details.kind else ""
    parent = with_country(institution.parent) if institution.parent else ""
    return {**vars(details), **lists, "kind": kind, "parent": parent, "seen": _digest(details)}


def _digest(details: Details) -> str:
    """Return a short sign of what was shown, to notice that somebody else has changed it since."""
    return blake2b(repr(details).encode(), digest_size=8).hexdigest()


def _parent(form: InstitutionForm) -> int | None:
    """Return which institution was named as the body above, or note at the field why it is none."""
    typed = (form.parent.data or "").strip()
    found = named(db, typed) if typed else []
    if len(found) == 1:
        return found[0].id
    if len(found) > 1:
        choices = ", ".join(with_country(each) for each in found)
        form.parent.errors = [_("Several have this name. Write one of: %(choices)s.", choices=choices)]
    elif typed:
        form.parent.errors = [_("No institution of this name is known. Add it first, or leave this empty.")]
    return None


def _meanwhile(form: InstitutionForm, institution: Institution) -> ResponseReturnValue:
    """Show what somebody else has stored meanwhile beside what was typed; sending again keeps what was typed."""
    theirs = changes.details_of(institution)
    form.seen.data = _digest(theirs)
    form.form_errors.append(
        _("Somebody else changed this institution meanwhile. What you typed is below, not saved yet.")
    )
    return _page(form, institution, theirs=_shown(institution)), 409


def _refused(form: InstitutionForm, refusal: Refusal, institution: Institution | None) -> ResponseReturnValue:
    db.rollback()
    field = form.parent if isinstance(refusal, changes.ParentRefused) else form.name
    field.errors = [tell(refusal)]
    return _page(form, institution), 409
