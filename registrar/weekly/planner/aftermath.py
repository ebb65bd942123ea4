"""What remains of a session: summary, recording and resources, published when its page turns from "join" to "watch"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from registrar.audit import operations as audit
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.operations import WAITING, cancel_waiting
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Resource, Session
from registrar.weekly.planner.editing import locked_as_seen

FOLLOW_UP = "reminders.follow_up"
UNSENT = (*WAITING, MailState.CANCELLED, MailState.SKIPPED)


class Lacking(StrEnum):
    """What readers would miss if the session was published as it is."""

    SUMMARY_EN = "summary_en"
    SUMMARY_FR = "summary_fr"
    RECORDING = "recording"
    RESOURCES = "resources"


@dataclass(frozen=True)
class ResourceDetails:
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What an organiser writes after a session."""

    summary_en: str
    summary_fr: str
    recording_url: str | None
    resources: tuple[ResourceDetails, ...]


def aftermath_of(session: Session) -> Aftermath:
    """Return what is stored, in the form in which it is edited."""
    return Aftermath(
        summary_en=session.summary_en,
        summary_fr=session.summary_fr,
        recording_url=session.recording_url,
        resources=tuple(ResourceDetails(each.label, each.url) for each in session.resources),
    )


def lacking(session: Session) -> list[Lacking]:
    """Return what is not there yet."""
    there = {
        Lacking.SUMMARY_EN: session.summary_en,
        Lacking.SUMMARY_FR: session.summary_fr,
        Lacking.RECORDING: session.recording_url,
        Lacking.RESOURCES: session.resources,
    }
    return [what for what, value in there.items() if not value]


def write(db: DbSession, session: Session, after: Aftermath, *, seen_at: datetime, by: str, now: datetime) -> None:
    """Store what was written; raise `Conflict` if somebody has changed the session since it was shown."""
    locked_as_seen(db, session, seen_at)
    changed = [n for n in Aftermath.__annotations__ if getattr(aftermath_of(session), n) != getattr(after, n)]
    session.summary_en, session.summary_fr = after.summary_en, after.summary_fr
    session.recording_url = after.recording_url
    if "resources" in changed:
        _set_resources(db, session, after.resources)
    session.updated_at = now
    audit.record(db, by, "session.write_up", session, now=now, changed=changed)


def publish(db: DbSession, session: Session, *, by: str, now: datetime) -> None:
    """Turn the page to "watch"; the worker then writes to those who missed the session."""
    _lock(db, session)
    if session.published_at is not None:
        return
    if session.cancelled_at is not None:
        raise Refusal(N_("A cancelled session has nothing to publish."))
    if now < session.ends_at:
        raise Refusal(N_("This session is not over yet. Publish it afterwards."))
    if not (session.summary("en") or session.recording_url):
        raise Refusal(N_("Write a summary or give the address of the recording first."))
    session.published_at = session.updated_at = now
    audit.record(db, by, "session.publish", session, now=now)


def unpublish(db: DbSession, session: Session, *, by: str, now: datetime) -> None:
    """Take the page back while nobody has been written to; publishing it again writes to them all."""
    _lock(db, session)
    if session.published_at is None:
        return
    of_this = (OutboxMail.session_id == session.id, OutboxMail.kind == FOLLOW_UP)
    if db.scalars(select(OutboxMail.id).where(*of_this, OutboxMail.state.not_in(UNSENT)).limit(1)).first():
        raise Refusal(N_("People have been told already that they can watch it. You can still change what it says."))
    cancel_waiting(db, Reason.SUPERSEDED, *of_this, now=now)
    session.published_at = None
    session.revision += 1  # what was planned for the first publication is void, the next one is planned anew
    session.updated_at = now
    audit.record(db, by, "session.unpublish", session, now=now)


def _lock(db: DbSession, session: Session) -> None:
    statement = select(Session).where(Session.id == session.id).with_for_update(key_share=True)
    db.scalars(statement, execution_options={"populate_existing": True}).one()


def _set_resources(db: DbSession, session: Session, resources: Sequence[ResourceDetails]) -> None:
    session.resources.clear()
    db.flush()
    session.resources.extend(
        Resource(position=position, label=each.label, url=each.url) for position, each in enumerate(resources)
    )
    db.flush()
