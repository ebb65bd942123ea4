"""Addresses that get no mail: asked before each mail, added when an address turns out not to exist."""

from collections.abc import Iterable
from contextlib import suppress as suppress_errors
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from registrar.db import DbSession, insert_missing
from registrar.mail.addresses import BadAddress, wire_address
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


def suppressed_among(db: DbSession, addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses that get no mail; one that can be no address is none of them."""
    hashes: dict[str, str] = {}
    for address in addresses:
        with suppress_errors(BadAddress):
            hashes[address] = address_hash(address)
    found = set(db.scalars(select(Suppression.address_hash).where(Suppression.address_hash.in_(hashes.values()))))
    return {address for address, hashed in hashes.items() if hashed in found}


def suppress(db: DbSession, address: str, reason: SuppressionReason, *, now: datetime) -> None:
    """Send nothing more to this address."""
    insert_missing(db, Suppression, [{"address_hash": address_hash(address), "reason": reason, "created_at": now}])
