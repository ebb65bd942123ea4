"""Addresses that get no mail: asked before each mail, added when an address turns out not to exist."""

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from registrar.db import DbSession, insert_missing
from registrar.mail.addresses import wire_address
from registrar.mail.models import Suppression
from registrar.mail.rules import SuppressionReason
from registrar.tokens import Tokens


def address_hash(address: str) -> str:
    """Return the keyed hash of an address, the same for all spellings; a bad address raises `BadAddress`."""
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    return tokens.keyed_hash(wire_address(address).casefold())


def is_suppressed(db: DbSession, address: str) -> bool:
    """Tell whether this address gets no mail."""
    return db.scalar(select(Suppression.id).where(Suppression.address_hash == address_hash(address))) is not None


def suppress(db: DbSession, address: str, reason: SuppressionReason, *, now: datetime) -> None:
    """Send nothing more to this address."""
    insert_missing(db, Suppression, [{"address_hash": address_hash(address), "reason": reason, "created_at": now}])
