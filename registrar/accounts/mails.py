"""Letters to staff: the sign-in link and the invitation."""

from datetime import datetime

from flask import current_app

from registrar.accounts.models import Staff
from registrar.accounts.operations import sign_in_token
from registrar.db import DbSession
from registrar.mail.kinds import Composer, Draft, NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import Reason
from registrar.tokens import Tokens
from registrar.web.links import absolute


def sign_in(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Compose the link that signs in once."""
    return _letter(db, mail, "accounts/sign_in")


def invitation(db: DbSession, mail: OutboxMail, now: datetime) -> Draft:
    """Compose the first link of a new member of staff."""
    return _letter(db, mail, "accounts/invitation")


def _letter(db: DbSession, mail: OutboxMail, template: str) -> Draft:
    staff = db.get(Staff, mail.staff_id) if mail.staff_id else None
    if staff is None or staff.deactivated_at:
        raise NotNeeded(Reason.WITHDRAWN)
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    token = sign_in_token(tokens, staff, expires_at=mail.expires_at)
    query = {"next": mail.context["next"]} if mail.context.get("next") else {}
    link = absolute("accounts.enter", token=token, **query)
    values = {"name": staff.name, "link": link, "until": mail.expires_at, "zone": staff.timezone, "role": staff.role}
    return Draft(staff.name, staff.email, staff.locale, staff.timezone, template, values)


KINDS: dict[str, Composer] = {"accounts.sign_in": sign_in, "accounts.invitation": invitation}
