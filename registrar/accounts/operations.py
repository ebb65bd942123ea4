"""Invite staff, sign them in and out, change who may do what."""

from datetime import datetime, timedelta

from sqlalchemy import update

from registrar.accounts import queries
from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.rules import INVITATION, LINKS_PER_HOUR, SIGN_IN_LINK, SIGNED_IN, Role
from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.operations import NewMail, enqueue
from registrar.tokens import Purpose, Tokens, new_secret, secret_hash


def invite(
    db: DbSession,
    *,
    email: str,
    email_key: str,
    name: str,
    role: Role,
    timezone: str,
    locale: str,
    by: str,
    now: datetime,
) -> Staff:
    """Add a member of staff, or refuse if the address is known."""
    if queries.by_key(db, email_key):
        raise Refusal(N_("There is already a member of the team with this address."))
    staff = Staff(email=email, email_key=email_key, name=name, role=role, timezone=timezone, locale=locale)
    staff.invited_at = now
    db.add(staff)
    db.flush()
    audit.record(db, by, "staff.invite", staff, now=now, role=role)
    return staff


def send_invitation(db: DbSession, staff: Staff, *, now: datetime) -> None:
    """Queue the mail that lets a new member of staff sign in."""
    _send(db, staff, "accounts.invitation", "staff-invitation", INVITATION, {}, now)


def send_link(db: DbSession, staff: Staff, *, now: datetime, next_endpoint: str = "") -> None:
    """Queue a sign-in link that leads to a page, at most one a minute."""
    _send(db, staff, "accounts.sign_in", "staff-link", SIGN_IN_LINK, {"next": next_endpoint}, now)


def send_fresh_link(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """Send a link on an administrator's request: the invitation again to those who never signed in."""
    if staff.deactivated_at:
        raise Refusal(N_("This account is closed. Open it again first."))
    send = send_link if staff.link_number else send_invitation
    send(db, staff, now=now)
    audit.record(db, by, "staff.send_link", staff, now=now)


def _send(
    db: DbSession, staff: Staff, kind: str, about: str, useful: timedelta, context: dict[str, str], now: datetime
) -> None:
    key = f"{about}:{staff.id}:{now:%Y%m%d%H%M}"
    enqueue(db, NewMail(key=key, kind=kind, staff_id=staff.id, expires_at=now + useful, context=context), now=now)


def ask_for_link(db: DbSession, email_key: str, *, next_endpoint: str, now: datetime) -> None:
    """Queue a sign-in link if the address is known; the entry in the trail costs strangers the same time."""
    staff = queries.by_key(db, email_key)
    allowed = staff is not None and staff.deactivated_at is None
    if staff and allowed and queries.links_asked(db, staff, timedelta(hours=1), now) < LINKS_PER_HOUR:
        send_link(db, staff, now=now, next_endpoint=next_endpoint)
    audit.record(db, "anyone", "staff.ask_for_link", staff or Staff(id=0), now=now)


def sign_in_token(tokens: Tokens, staff: Staff, *, expires_at: datetime) -> str:
    """Return a token that signs this member of staff in once."""
    return tokens.make(Purpose.STAFF, staff.id, counter=staff.link_number, expires_at=expires_at)


def usable_link(db: DbSession, tokens: Tokens, token: str, *, now: datetime) -> Staff | None:
    """Return whom a sign-in link would sign in, or None if it is used, over or forged."""
    claim = tokens.read(Purpose.STAFF, token)
    staff = None if claim is None or claim.is_over(now) else db.get(Staff, claim.ids[0])
    is_live = staff and claim and staff.link_number == claim.counter and staff.deactivated_at is None
    return staff if is_live else None


def sign_in(db: DbSession, tokens: Tokens, token: str, *, now: datetime) -> str | None:
    """Use a sign-in link: return the secret for the cookie, or None if the link is used, over or forged."""
    claim = tokens.read(Purpose.STAFF, token)
    if claim is None or claim.is_over(now):
        return None
    used = db.execute(
        update(Staff)
        .where(Staff.id == claim.ids[0], Staff.link_number == claim.counter, Staff.deactivated_at.is_(None))
        .values(link_number=Staff.link_number + 1)
        .returning(Staff.id)
    ).scalar()
    return _open_session(db, used, now) if used else None


def _open_session(db: DbSession, staff_id: int, now: datetime) -> str:
    secret = new_secret()
    session = StaffSession(
        staff_id=staff_id, token_hash=secret_hash(secret), created_at=now, expires_at=now + SIGNED_IN
    )
    db.add(session)
    db.flush()
    audit.record(db, f"staff:{staff_id}", "staff.sign_in", session, now=now)
    return secret


def sign_out(db: DbSession, session: StaffSession, *, now: datetime) -> None:
    """End one browser's sign-in."""
    session.ended_at = now
    audit.record(db, f"staff:{session.staff_id}", "staff.sign_out", session, now=now)


def sign_out_everywhere(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """End every sign-in of a member of staff, for example after a lost laptop."""
    end_sessions(db, staff, now=now)
    audit.record(db, by, "staff.sign_out_everywhere", staff, now=now)


def end_sessions(db: DbSession, staff: Staff, *, now: datetime) -> None:
    """End every sign-in of a member of staff and every link mailed before (after a change of role or address)."""
    staff.link_number += 1
    db.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def _keep_an_admin(db: DbSession, staff: Staff) -> None:
    """Refuse to lose the last administrator; holds even when two of them remove each other at the same moment."""
    if staff.role is Role.ADMIN and staff.deactivated_at is None and not queries.other_admins(db, staff):
        raise Refusal(N_("This is the last administrator. Make someone else an administrator first."))


def change_role(db: DbSession, staff: Staff, role: Role, *, by: str, now: datetime) -> None:
    """Give a member of staff another role; they must sign in again."""
    if role is staff.role:
        return
    _keep_an_admin(db, staff)
    before, staff.role = staff.role, role
    end_sessions(db, staff, now=now)
    audit.record(db, by, "staff.change_role", staff, now=now, before=before, after=role)


def deactivate(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """Close an account at once; the record stays."""
    if staff.deactivated_at:
        return
    _keep_an_admin(db, staff)
    staff.deactivated_at = now
    end_sessions(db, staff, now=now)
    audit.record(db, by, "staff.deactivate", staff, now=now)


def reactivate(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """Open a closed account again."""
    if staff.deactivated_at is None:
        return
    staff.deactivated_at = None
    audit.record(db, by, "staff.reactivate", staff, now=now)
