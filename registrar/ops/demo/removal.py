"""Take the demonstration out again, and nothing else: example.org (RFC 2606) is nobody's, its sessions are marked."""

from sqlalchemy import Select, delete, exists, or_, select

from registrar.applications.models import Application
from registrar.calls.models import Call
from registrar.campaigns.models import Campaign
from registrar.db import Base, DbSession
from registrar.errors import Refusal
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.mail.models import BounceReport, OutboxMail, Suppression
from registrar.mail.suppression import address_hash
from registrar.ops.demo import applied_removal
from registrar.people.models import Person
from registrar.programmes.events import EventSpeaker
from registrar.programmes.models import Session, SessionSpeaker, Speaker
from registrar.reminders.models import ReminderPlan
from registrar.tokens import Tokens
from registrar.weekly.models import Attendance, Seat, SignUp
from registrar.weekly.signup.signing_up import refusal_hash

INVENTED = "%@example.org"
MARKED = "%(demo)"


def remove(db: DbSession, tokens: Tokens) -> None:
    """Delete the demonstration, or refuse if anybody or anything real is here; the audit trail keeps its ids."""
    _refuse_if_real(db)
    _forget_suppressions(db, tokens)
    sessions = select(Session.id).where(Session.is_demo)
    persons = select(Person.id).where(Person.email_key.like(INVENTED))
    sign_ups = select(SignUp.id).where(SignUp.email_key.like(INVENTED))
    templates = list(db.scalars(select(Campaign.template_id).where(Campaign.is_demo)))
    about = (
        OutboxMail.person_id.in_(persons),
        OutboxMail.sign_up_id.in_(sign_ups),
        OutboxMail.session_id.in_(sessions),
    )
    _delete(db, OutboxMail, or_(*about))
    _delete(db, BounceReport, BounceReport.fingerprint.like("demo-%"))
    _delete(db, Campaign, Campaign.is_demo)
    _delete(db, LetterVersion, LetterVersion.template_id.in_(templates))
    _delete(db, LetterTemplate, LetterTemplate.id.in_(templates))
    for model in (ReminderPlan, Attendance, Seat):
        _delete(db, model, model.session_id.in_(sessions))
    applied_removal.remove(db)
    _delete(db, Person, Person.email_key.like(INVENTED))
    applied_removal.forget_institutions(db)
    _delete(db, SignUp, SignUp.email_key.like(INVENTED))
    _delete(db, Session, Session.is_demo)
    speaks = exists().where(SessionSpeaker.speaker_id == Speaker.id)
    spoke = exists().where(EventSpeaker.speaker_id == Speaker.id)
    _delete(db, Speaker, Speaker.affiliation.like(MARKED) & ~speaks & ~spoke)


def _refuse_if_real(db: DbSession) -> None:
    real = (
        select(Person.id).where(Person.email_key.not_like(INVENTED)),
        select(SignUp.id).where(SignUp.email_key.not_like(INVENTED)),
        select(Session.id).where(Session.is_demo.is_(False)),
        select(Application.id).join(Application.call).where(Call.is_demo.is_(False)),
    )
    if any(_any(db, each) for each in real):
        raise Refusal("There are people or sessions here that are not part of the demonstration. Nothing was changed.")


def _any(db: DbSession, statement: Select[int]) -> bool:
    return db.scalar(statement.limit(1)) is not None


def _forget_suppressions(db: DbSession, tokens: Tokens) -> None:
    addresses = {
        *db.scalars(select(Person.email_key).where(Person.email_key.like(INVENTED))),
        *db.scalars(select(SignUp.email_key).where(SignUp.email_key.like(INVENTED))),
    }
    hashes = [*map(address_hash, addresses), *(refusal_hash(tokens, address) for address in addresses)]
    _delete(db, Suppression, Suppression.address_hash.in_(hashes))


def _delete(db: DbSession, model: type[Base], condition: object) -> None:
    db.execute(
        delete(model).where(condition),  # type: ignore[arg-type]  # a condition of any of the models
        execution_options={"synchronize_session": False},
    )
