"""Rows of the outbox are locked in the order of their numbers, so that two who want the same ones cannot deadlock."""

from sqlalchemy import ColumnElement, func, select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail


def lock(db: DbSession, *conditions: ColumnElement[bool]) -> None:
    """Wait for these mails until the end of the transaction, one after the other; SQLite has one writer anyway.

    What this leaves to others is the number of a mail, so that attempts can be recorded meanwhile.
    """
    if db.get_bind().dialect.name == "sqlite":
        return
    rows = select(OutboxMail.id).where(*conditions).order_by(OutboxMail.id).with_for_update(key_share=True).subquery()
    db.execute(select(func.count()).select_from(rows))
