"""Invite staff, sign them in and out."""

from datetime import datetime

from sqlalchemy import select, update

from registrar.accounts.models import Staff, StaffSession
from registrar.accounts.rules import INVITATION, SIGN_IN_LINK, SIGNED_IN, Role
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
    if db.scalar(select(Staff.id).where(Staff.email_key == email_key)):
        raise Refusal(N_("There is already a member of the team with this address."))
    staff = Staff(email=email, email_key=email_key, name=name, role=role, timezone=timezone, locale=locale)
    staff.invited_at = now
    db.add(staff)
    db.flush()
    audit.record(db, by, "staff.invite", staff, now=now, role=role)
    return staff


def send_invitation(db: DbSession, staff: Staff, *, now: datetime) -> None:
    """Queue the mail that lets a new member of staff sign in."""
    mail = NewMail(
        key=f"staff-invitation:{staff.id}:{staff.link_number}",
        kind="accounts.invitation",
        staff_id=staff.id,
        expires_at=now + INVITATION,
    )
    enqueue(db, mail, now=now)


def send_link(db: DbSession, staff: Staff, *, now: datetime) -> None:
    """Queue a sign-in link, at most one a minute."""
    minute = now.strftime("%Y%m%d%H%M")
    mail = NewMail(
        key=f"staff-link:{staff.id}:{minute}", kind="accounts.sign_in", staff_id=staff.id, expires_at=now + SIGN_IN_LINK
    )
    enqueue(db, mail, now=now)


def sign_in_token(tokens: Tokens, staff: Staff, *, expires_at: datetime) -> str:
    """Return a token that signs this member of staff in once."""
    return tokens.make(Purpose.STAFF, staff.id, counter=staff.link_number, expires_at=expires_at)


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


def end_sessions(db: DbSession, staff: Staff, *, now: datetime) -> None:
    """End every sign-in of a member of staff and every link mailed before (after a change of role or address)."""
    staff.link_number += 1
    db.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def change_role(db: DbSession, staff: Staff, role: Role, *, by: str, now: datetime) -> None:
    """Give a member of staff another role; they must sign in again."""
    before, staff.role = staff.role, role
    end_sessions(db, staff, now=now)
    audit.record(db, by, "staff.change_role", staff, now=now, before=before, after=role)


def deactivate(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """Close an account at once; the record stays."""
    staff.deactivated_at = now
    end_sessions(db, staff, now=now)
    audit.record(db, by, "staff.deactivate", staff, now=now)


def reactivate(db: DbSession, staff: Staff, *, by: str, now: datetime) -> None:
    """Open a closed account again."""
    staff.deactivated_at = None
    audit.record(db, by, "staff.reactivate", staff, now=now)
