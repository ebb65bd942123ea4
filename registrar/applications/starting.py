"""Applications begin: an address asks for the way in, its owner comes back with the link, a draft is made once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registrar.applications import references
from registrar.applications.evidence import explanations
from registrar.applications.models import Application, Invitation, Member
from registrar.applications.rules import INVITATION_LASTS, START_WITHIN, Lifecycle, TeamRole
from registrar.audit import operations as audit
from registrar.calls.eligibility import Explanation, Known, explain, rules_of
from registrar.calls.models import Call
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue
from registrar.people.institutions import find_or_add, known
from registrar.people.models import Institution, Person
from registrar.people.rules import InstitutionKind

KIND = "applications.begin"
RESEND_AFTER = timedelta(minutes=5)
KEPT = timedelta(days=14)
"""How long an address that asked for the way in and never came is kept after its last link has ended."""
FRESH = {"populate_existing": True}
_OPEN = (Invitation.application_id.is_(None), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))


class AlreadyBegun(Refusal):
    """The institution has an open application to the call, and the person is not of its team."""

    def __init__(self, application: Application) -> None:
        super().__init__(N_("Your institution has begun an application to this call."))
        self.application = application


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks for the way in: an address that nobody has proven, and how its browser is set."""

    email: str
    email_key: str
    locale: str
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody with a proven mailbox says of themselves."""

    name: str
    timezone: str
    locale: str
    institution: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Beginner(Typed):
    """Who begins, and what is typed of the institution besides."""

    kind: InstitutionKind | None
    website: str | None


def ask(db: DbSession, call: Call, asker: Asker, *, mails_a_day: int, now: datetime) -> None:
    """Queue the mail with the way in; the same statements run for every address.

    One mail in five minutes, and at most `mails_a_day` to one address over all calls.
    """
    may_mail = _mails_today(db, asker.email_key, now) < mails_a_day
    found = _keep(db, call, asker, now, mailed_at=now if may_mail else None)
    if may_mail and found.mailed_at == now:
        _mail(db, found, now)
    audit.record(db, "anyone", "application.ask", found, now=now)


def ask_again(db: DbSession, invitation: Invitation, *, mails_a_day: int, now: datetime) -> None:
    """Mail a fresh way in to the owner of an ended link, if it was not used and the limits allow it."""
    asker = Asker(
        email=invitation.email, email_key=invitation.email_key, locale=invitation.locale, timezone=invitation.timezone
    )
    ask(db, invitation.call, asker, mails_a_day=mails_a_day, now=now)


def ask_known(db: DbSession, call: Call, person: Person, *, now: datetime) -> Invitation:
    """Open the way in for a person whose address is proven by a live cookie; no mail is needed."""
    asker = Asker(
        email=person.email, email_key=person.email_key, locale=person.locale, timezone=person.timezone
    )  # fmt: skip
    return _keep(db, call, asker, now, mailed_at=None)


def person_of(db: DbSession, invitation: Invitation, typed: Typed, *, now: datetime) -> Person:
    """Create or update the person whose mailbox an invitation has proven: they typed this themselves."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    own = {"email": invitation.email, "name": typed.name, "timezone": typed.timezone, "locale": typed.locale}
    of = {"institution": typed.institution or None, "country": typed.country or None}
    row = {**own, **of, "email_key": invitation.email_key, "created_at": now, "confirmed_at": now, "link_number": 0}
    statement = insert(Person).values(**row)
    kept = {name: func.coalesce(getattr(Person, name), statement.excluded[name]) for name in (*of, "confirmed_at")}
    statement = statement.on_conflict_do_update(index_elements=[Person.email_key], set_={**own, **kept})
    return db.scalars(statement.returning(Person), execution_options=FRESH).one()


def begin(db: DbSession, invitation_id: int, beginner: Beginner, *, now: datetime) -> Application:
    """Turn a way in into a draft with its owner as lead, exactly once.

    Raise `Conflict` if it was used or revoked, `AlreadyBegun` if the institution has an open application whose team
    the person is not in. Somebody who is in it gets that one.
    """
    invitation = take(db, invitation_id, now=now)
    person = person_of(db, invitation, beginner, now=now)
    institution = find_or_add(db, beginner.institution, beginner.country, beginner.kind, beginner.website, now)
    application = _draft(db, invitation.call_id, institution, now)
    if application is None:
        application = _joined(db, invitation.call_id, institution, person)
    else:
        db.add(Member(application_id=application.id, person_id=person.id, role=TeamRole.LEAD, joined_at=now))
        audit.record(db, f"person:{person.id}", "application.begin", application, now=now)
    invitation.application_id, invitation.role = application.id, TeamRole.LEAD
    db.flush()
    return application


def take(db: DbSession, invitation_id: int, *, now: datetime) -> Invitation:
    """Use an invitation up, exactly once; raise `Conflict` if that was done already or it was revoked."""
    statement = update(Invitation).where(
        Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    statement = statement.values(used_at=now).returning(Invitation)
    found = db.scalars(statement, execution_options=FRESH).one_or_none()
    if found is None:
        raise Conflict(N_("This link was already used."))
    return found


def preview(db: DbSession, call: Call, beginner: Beginner) -> list[Explanation]:
    """Return what the rules of a call say about the institution that was typed, before anything is made."""
    institution = known(db, beginner.institution, beginner.country)
    if institution is not None:
        return explanations(db, call, institution)
    return explain(rules_of(call.eligibility), Known(beginner.institution, beginner.kind, confirmed=False))


def open_application(db: DbSession, call_id: int, institution: Institution) -> Application | None:
    """Return the application to a call that an institution has open; the database holds that there is one at most."""
    statement = select(Application).where(
        Application.call_id == call_id,
        Application.institution_id == institution.id,
        Application.state != Lifecycle.WITHDRAWN,
    )
    return db.scalar(statement)


def forget_unused(db: DbSession, now: datetime) -> int:
    """Delete addresses that asked for a way in, or were invited, and never came; return how many (a worker's job)."""
    since = func.coalesce(Invitation.mailed_at, Invitation.created_at)
    begun, invited = Invitation.application_id.is_(None), Invitation.application_id.is_not(None)
    over = or_(
        begun & (since < now - START_WITHIN - KEPT), invited & (since < now - INVITATION_LASTS - KEPT)
    )  # fmt: skip
    statement = delete(Invitation).where(Invitation.used_at.is_(None), over)
    result = db.execute(statement, execution_options={"synchronize_session": False, "preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount


def _draft(db: DbSession, call_id: int, institution: Institution, now: datetime) -> Application | None:
    """Insert a draft under a reference that nobody has; None if the institution has an open application."""
    row = {"call_id": call_id, "institution_id": institution.id, "created_at": now}
    while open_application(db, call_id, institution) is None:
        reference = references.draw()
        if insert_missing(db, Application, [{**row, "reference": reference}]):
            return db.scalars(select(Application).where(Application.reference == reference)).one()
    return None


def _joined(db: DbSession, call_id: int, institution: Institution, person: Person) -> Application:
    application = open_application(db, call_id, institution)
    if application is None:
        raise Conflict(N_("The application has changed in the meantime. See how it stands now."))
    if db.get(Member, (application.id, person.id)) is None:
        raise AlreadyBegun(application)
    return application


def _mails_today(db: DbSession, email_key: str, now: datetime) -> int:
    statement = select(func.count(OutboxMail.id)).join(Invitation, Invitation.id == OutboxMail.invitation_id)
    mine = (Invitation.email_key == email_key, OutboxMail.kind == KIND, OutboxMail.created_at > now - timedelta(days=1))
    return db.scalar(statement.where(*mine)) or 0


def _keep(db: DbSession, call: Call, asker: Asker, now: datetime, mailed_at: datetime | None) -> Invitation:
    """Store or renew the open way in of this address in one statement, so that two at once are one."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = {**vars(asker), "call_id": call.id, "created_at": now}
    row |= {"mailed_at": mailed_at, "mail_number": 1 if mailed_at else 0}
    statement = insert(Invitation).values(**row)
    changed: dict[str, Any] = {"locale": asker.locale, "timezone": asker.timezone}
    if mailed_at:
        due = _is_due(now)
        changed["mail_number"] = case((due, Invitation.mail_number + 1), else_=Invitation.mail_number)
        changed["mailed_at"] = case((due, mailed_at), else_=Invitation.mailed_at)
    statement = statement.on_conflict_do_update(
        index_elements=[Invitation.call_id, Invitation.email_key],
        index_where=_OPEN[0] & _OPEN[1] & _OPEN[2],
        set_=changed,
    )
    return db.scalars(statement.returning(Invitation), execution_options=FRESH).one()


def _is_due(now: datetime) -> ColumnElement[bool]:
    return Invitation.mailed_at.is_(None) | (Invitation.mailed_at <= now - RESEND_AFTER)


def _mail(db: DbSession, invitation: Invitation, now: datetime) -> None:
    mail = NewMail(
        key=f"apply:{invitation.id}:{invitation.mail_number}",
        kind=KIND,
        invitation_id=invitation.id,
        context={"number": invitation.mail_number},
        expires_at=now + START_WITHIN,
    )
    enqueue(db, mail, now=now)


JOBS = (forget_unused,)
