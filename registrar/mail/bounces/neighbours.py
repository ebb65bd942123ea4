"""What reports need of the features above: the address that a mail went to, and what a complaint unsubscribes from."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, current_app

from registrar.db import DbSession
from registrar.mail.models import OutboxMail

ADDRESSES = "registrar.mail.bounces.addresses"
COMPLAINTS = "registrar.mail.bounces.complaints"
Addresses = Callable[[DbSession, Sequence[OutboxMail]], dict[int, str]]
"""Returns for each mail, by its id, the address that it goes to; none for whom was erased."""
OnComplaint = Callable[[DbSession, OutboxMail, datetime], None]
"""Stops what the person has complained about, if it is something that can be unsubscribed from."""


def register(app: Flask, addresses: Addresses, complaints: Sequence[OnComplaint]) -> None:
    """Make known who knows addresses, and who must hear of complaints."""
    app.extensions[ADDRESSES] = addresses
    app.extensions.setdefault(COMPLAINTS, []).extend(complaints)


def address_of(db: DbSession, mail: OutboxMail) -> str | None:
    """Return the address that a mail went to, if it is still known."""
    known: Addresses = current_app.extensions[ADDRESSES]
    return known(db, [mail]).get(mail.id)


def complained(db: DbSession, mail: OutboxMail, *, now: datetime) -> None:
    """Tell everybody concerned that the person does not want this kind of mail."""
    hearing: Sequence[OnComplaint] = current_app.extensions[COMPLAINTS]
    for hear in hearing:
        hear(db, mail, now)
