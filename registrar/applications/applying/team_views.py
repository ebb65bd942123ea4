"""The team of an application: who is on it, who is invited, who asks to be let in."""

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.applications import inviting, memberships, teams
from registrar.applications.applying import queries
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.forms import InviteForm, RoleForm
from registrar.applications.models import Invitation, JoinRequest, Member
from registrar.applications.rules import MOST_MEMBERS, TeamRole
from registrar.applications.words import ROLES_EXPLAINED
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web import access
from registrar.web.failures import tell
from registrar.web.notices import offer_undo

__all__ = ["bp"]


@bp.route("/<reference>/team", methods=["GET", "POST"])
@access.applicant
def team(reference: str) -> ResponseReturnValue:
    """Show the team; a lead invites by mail."""
    member = member_of(reference)
    form = InviteForm(role=TeamRole.EDITOR)
    if not form.is_submitted():
        return _page(member, form)
    _check_lead(member)
    if not form.validate():
        return _page(member, form, status=422)
    try:
        inviting.invite(db, member.application, form.guest(), by=member.person, now=now())
    except Refusal as refusal:
        db.rollback()
        form.email.errors = [tell(refusal)]
        return _page(member_of(reference), form, status=409)
    db.commit()
    flash(_("The invitation to %(address)s is on its way.", address=form.email.data))
    return _back(reference)


@bp.post("/<reference>/team/invitations/<int:number>/resend")
@access.applicant
def resend_invitation(reference: str, number: int) -> ResponseReturnValue:
    """Mail an invitation again."""
    member = _lead(reference)
    invitation = _invitation(member, number)
    return _act(
        reference,
        lambda: inviting.resend(db, invitation, actor=f"person:{member.person_id}", now=now()),
        _("The invitation is on its way again."),
    )


@bp.post("/<reference>/team/invitations/<int:number>/revoke")
@access.applicant
def revoke_invitation(reference: str, number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    member = _lead(reference)
    invitation = _invitation(member, number)
    return _act(
        reference,
        lambda: inviting.revoke(db, invitation, by=member.person, now=now()),
        _("The invitation was taken back; its link leads nowhere now."),
    )


@bp.post("/<reference>/team/members/<int:number>/role")
@access.applicant
def change_role(reference: str, number: int) -> ResponseReturnValue:
    """Give a member another role."""
    member, form = _lead(reference), RoleForm()
    if not form.validate():
        return _back(reference)
    role = TeamRole(form.role.data)
    return _act(
        reference,
        lambda: memberships.change_role(db, member.application, number, role, by=member.person, now=now()),
        _("The role was changed."),
    )


@bp.post("/<reference>/team/members/<int:number>/remove")
@access.applicant
def remove_member(reference: str, number: int) -> ResponseReturnValue:
    """Take somebody off the team."""
    member = _lead(reference)
    return _act(
        reference,
        lambda: memberships.remove(db, member.application, number, by=member.person, now=now()),
        _("This person is off the team and sees nothing of the application any more."),
        undo=url_for(".put_member_back", reference=reference, number=number),
    )


@bp.post("/<reference>/team/members/<int:number>/put-back")
@access.applicant
def put_member_back(reference: str, number: int) -> ResponseReturnValue:
    """Undo that somebody was taken off the team."""
    member = _lead(reference)
    return _act(
        reference,
        lambda: memberships.put_back(db, member.application, number, by=member.person, now=now()),
        _("This person is on the team again."),
    )


@bp.post("/<reference>/team/leave")
@access.applicant
def leave_team(reference: str) -> ResponseReturnValue:
    """Leave the team."""
    member = member_of(reference)
    try:
        memberships.remove(db, member.application, member.person_id, by=member.person, now=now())
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
        return _back(reference)
    db.commit()
    flash(_("You have left the team."))
    return redirect(url_for(".index"), 303)


@bp.post("/<reference>/team/requests/<int:number>/accept")
@access.applicant
def accept_request(reference: str, number: int) -> ResponseReturnValue:
    """Let somebody who asked into the team."""
    member = _lead(reference)
    found = _request(member, number)
    return _act(
        reference,
        lambda: memberships.let_in(db, found, by=member.person, now=now()),
        _("%(name)s is on the team now, as an editor.", name=found.person.name),
    )


@bp.post("/<reference>/team/requests/<int:number>/decline")
@access.applicant
def decline_request(reference: str, number: int) -> ResponseReturnValue:
    """Decline somebody's wish to join."""
    member = _lead(reference)
    found = _request(member, number)
    return _act(
        reference, lambda: memberships.turn_away(db, found, by=member.person, now=now()), _("The request was declined.")
    )


def _act(reference: str, act: Callable[[], object], done: str, undo: str = "") -> ResponseReturnValue:
    """Do it, commit and say so (with a button that posts to `undo`), or say why not; then show the team."""
    try:
        act()
        db.commit()
        if undo:
            offer_undo(done, undo)
        else:
            flash(done)
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
    return _back(reference)


def _page(member: Member, form: InviteForm, status: int = 200) -> ResponseReturnValue:
    application, lead = member.application, teams.may_lead(member)
    return private(
        "applications/team.html",
        status,
        application=application,
        call=application.call,
        member=member,
        person=member.person,
        form=form,
        team=teams.members(db, application),
        invitations=inviting.waiting(db, application) if lead else [],
        requests=queries.requests_to(db, application) if lead else [],
        may_lead=lead,
        roles=list(TeamRole),
        role_hints={role.value: hint for role, hint in ROLES_EXPLAINED.items()},
        most=MOST_MEMBERS,
    )


def _back(reference: str) -> ResponseReturnValue:
    return redirect(url_for(".team", reference=reference), 303)


def _lead(reference: str) -> Member:
    member = member_of(reference)
    _check_lead(member)
    return member


def _check_lead(member: Member) -> None:
    if not teams.may_lead(member):
        abort(403)


def _invitation(member: Member, number: int) -> Invitation:
    found = db.get(Invitation, number)
    return found if found and found.application_id == member.application_id else abort(404)


def _request(member: Member, number: int) -> JoinRequest:
    found = db.get(JoinRequest, number)
    return found if found and found.application_id == member.application_id else abort(404)
