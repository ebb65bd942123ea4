"""The local mailbox, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import defer

from registrar.db import DbSession
from registrar.folding import contains
from registrar.mail.models import LocalMail

PER_PAGE = 20


@dataclass(frozen=True)
class MailboxPage:
    """Some mails, the newest first, and whether there are older ones."""

    mails: Sequence[LocalMail]
    has_older: bool


def mailbox(db: DbSession, text: str, below: int | None = None) -> MailboxPage:
    """Return the newest mails whose recipient or subject holds the text, or those older than the mail `below`."""
    statement = select(LocalMail).where(_holds(text)).options(defer(LocalMail.raw)).order_by(LocalMail.id.desc())
    if below is not None:
        statement = statement.where(LocalMail.id < below)
    found = db.scalars(statement.limit(PER_PAGE + 1)).all()
    return MailboxPage(found[:PER_PAGE], len(found) > PER_PAGE)


def older(db: DbSession, mail: LocalMail, text: str) -> int | None:
    """Return the mail before this one, among those that hold the text."""
    statement = select(LocalMail.id).where(_holds(text), LocalMail.id < mail.id)
    return db.scalar(statement.order_by(LocalMail.id.desc()).limit(1))


def newer(db: DbSession, mail: LocalMail, text: str) -> int | None:
    """Return the mail after this one, among those that hold the text."""
    statement = select(LocalMail.id).where(_holds(text), LocalMail.id > mail.id)
    return db.scalar(statement.order_by(LocalMail.id).limit(1))


def _holds(text: str) -> ColumnElement[bool]:
    if not text:
        return true()
    return or_(contains(LocalMail.recipient, text), contains(LocalMail.subject, text))
