"""The team page of administrators: invite, change a role, close and open accounts, end sign-ins."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts import operations, queries
from registrar.accounts.forms import ROLE_NAMES, InviteForm, RoleForm
from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, current_staff
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.settings import Settings
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo

bp = Blueprint("team", __name__, url_prefix="/console/team")


def _page(form: InviteForm, problem: str = "") -> str:
    """Render the team with its forms."""
    return render_template(
        "accounts/team.html",
        team=queries.team(db, now()),
        form=form,
        problem=problem,
        role_names=ROLE_NAMES,
        me=current_staff(),
    )


def _member(staff_id: int) -> Staff:
    return db.get(Staff, staff_id) or abort(404)


@bp.get("")
@staff(Role.ADMIN)
def index() -> ResponseReturnValue:
    """Show everyone of the team."""
    return _page(InviteForm(formdata=None))


@bp.post("")
@staff(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Add a member and mail the first link."""
    form = InviteForm()
    if not form.validate():
        return _page(form), 422
    try:
        invited = _invite(form)
    except Refusal as refusal:
        form.email.errors = [*form.email.errors, tell(refusal)]
        return _page(form), 422
    operations.send_invitation(db, invited, now=now())
    db.commit()
    flash(_("%(name)s is invited. The link in the mail works for 7 days.", name=invited.name))
    return redirect(url_for(".index"), 303)


def _invite(form: InviteForm) -> Staff:
    settings: Settings = current_app.extensions["registrar.settings"]
    return operations.invite(
        db,
        email=form.email.data or "",
        email_key=form.email.key,
        name=form.name.data or "",
        role=Role(form.role.data),
        locale=form.locale.data,
        timezone=settings.default_timezone,
        by=actor(),
        now=now(),
    )


def _change(staff_id: int, act: Callable[[Staff], None], told: Callable[[Staff], object]) -> ResponseReturnValue:
    """Do something with a member and say so, or show why it cannot be done."""
    member = _member(staff_id)
    try:
        act(member)
    except Refusal as refusal:
        db.rollback()
        return _page(InviteForm(formdata=None), tell(refusal)), 409
    db.commit()
    told(member)
    return redirect(url_for(".index"), 303)


@bp.post("/<int:staff_id>/role")
@staff(Role.ADMIN)
def change_role(staff_id: int) -> ResponseReturnValue:
    """Give a member another role; they sign in again."""
    form = RoleForm()
    if not form.validate():
        return _page(InviteForm(formdata=None), _("Choose a role.")), 422
    role = Role(form.role.data)
    return _change(
        staff_id,
        lambda member: operations.change_role(db, member, role, by=actor(), now=now()),
        lambda member: flash(_("%(name)s: %(role)s.", name=member.name, role=ROLE_NAMES[role])),
    )


@bp.post("/<int:staff_id>/deactivate")
@staff(Role.ADMIN)
def deactivate(staff_id: int) -> ResponseReturnValue:
    """Close an account at once."""

    def told(member: Staff) -> None:
        offer_undo(_("%(name)s can no longer sign in.", name=member.name), url_for(".reactivate", staff_id=member.id))

    return _change(staff_id, lambda member: operations.deactivate(db, member, by=actor(), now=now()), told)


@bp.post("/<int:staff_id>/reactivate")
@staff(Role.ADMIN)
def reactivate(staff_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    return _change(
        staff_id,
        lambda member: operations.reactivate(db, member, by=actor(), now=now()),
        lambda member: flash(_("%(name)s can sign in again.", name=member.name)),
    )


@bp.post("/<int:staff_id>/link")
@staff(Role.ADMIN)
def send_link(staff_id: int) -> ResponseReturnValue:
    """Mail a member a fresh link: again the invitation if they have never signed in."""
    return _change(
        staff_id,
        lambda member: operations.send_fresh_link(db, member, by=actor(), now=now()),
        lambda member: flash(_("A fresh link is on its way to %(name)s.", name=member.name)),
    )


@bp.post("/<int:staff_id>/end-sessions")
@staff(Role.ADMIN)
def end_sessions(staff_id: int) -> ResponseReturnValue:
    """End every sign-in of a member."""
    return _change(
        staff_id,
        lambda member: operations.sign_out_everywhere(db, member, by=actor(), now=now()),
        lambda member: flash(_("%(name)s is signed out everywhere.", name=member.name)),
    )
