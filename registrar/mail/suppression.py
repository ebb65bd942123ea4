"""Addresses that get no mail: asked before each mail, each with its reason, and open to being lifted again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from flask import current_app
from sqlalchemy import delete, select

from registrar.audit import operations as audit
from registrar.db import DbSession, insert_missing
from registrar.errors import N_, Conflict
from registrar.mail.addresses import BadAddress, wire_address
from registrar.mail.models import Suppression
from registrar.mail.rules import SuppressionReason
from registrar.tokens import Tokens

Item = TypeVar("Item")
AT_ONCE = 500
"""Hashes in one statement."""


def address_hash(address: str) -> str:
    """Return the keyed hash of an address, the same for all spellings; a bad address raises `BadAddress`."""
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    return tokens.keyed_hash(wire_address(address).casefold())


def suppression_of(db: DbSession, address: str) -> Suppression | None:
    """Return why and since when this address gets no mail, if it gets none."""
    return db.scalar(select(Suppression).where(Suppression.address_hash == address_hash(address)))


def is_suppressed(db: DbSession, address: str) -> bool:
    """Tell whether this address gets no mail."""
    return db.scalar(select(Suppression.id).where(Suppression.address_hash == address_hash(address))) is not None


def suppressed_among(db: DbSession, addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses, as they were given, that get no mail; what is no address is none of them."""
    by_hash = _by_hash(addresses)
    return {address for found in _stored(db, by_hash) for address in by_hash[found.address_hash]}


def suppressions_among(db: DbSession, addresses: Iterable[str]) -> dict[str, Suppression]:
    """Return for each of the addresses that gets no mail why that is so."""
    by_hash = _by_hash(addresses)
    return {address: found for found in _stored(db, by_hash) for address in by_hash[found.address_hash]}


def suppress(
    db: DbSession,
    address: str,
    reason: SuppressionReason,
    *,
    now: datetime,
    detail: str = "",
    outbox_id: int | None = None,
    by: str = "worker",
) -> bool:
    """Send nothing more to this address; return False if it was so already, for whatever reason."""
    return suppress_all(db, [address], reason, now=now, detail=detail, outbox_id=outbox_id, by=by) == 1


def suppress_all(
    db: DbSession,
    addresses: Iterable[str],
    reason: SuppressionReason,
    *,
    now: datetime,
    detail: str = "",
    outbox_id: int | None = None,
    by: str = "worker",
) -> int:
    """Send nothing more to these addresses; return how many are new. `detail` holds no addresses."""
    facts = {"reason": reason, "detail": detail, "outbox_id": outbox_id, "created_by": by, "created_at": now}
    hashes = dict.fromkeys(address_hash(address) for address in addresses)
    rows = [{"address_hash": found, **facts} for found in hashes]
    return sum(insert_missing(db, Suppression, chunk) for chunk in _chunks(rows))


def stop(
    db: DbSession,
    address: str,
    reason: SuppressionReason = SuppressionReason.BY_HAND,
    *,
    why: str,
    by: str,
    now: datetime,
    outbox_id: int | None = None,
    person_id: int | None = None,
) -> Suppression:
    """Stop mail to an address because a person says so, or refuse where it is stopped already.

    The trail keeps whose address it is, if it is somebody's: the stored hash does not tell.
    """
    if not suppress(db, address, reason, now=now, detail=why, outbox_id=outbox_id, by=by):
        raise Conflict(N_("This address gets no mail already."))
    found = db.scalars(select(Suppression).where(Suppression.address_hash == address_hash(address))).one()
    whose = {"person": person_id} if person_id else {}
    audit.record(db, by, "suppression.stop", found, now=now, reason=reason, why=why, **whose)
    return found


def lift(db: DbSession, address: str, *, why: str, by: str, now: datetime) -> None:
    """Send to this address again, or refuse where nothing stops it; the trail keeps what had stopped it."""
    found = suppression_of(db, address)
    if found is None:
        raise Conflict(N_("Nothing stops mail to this address."))
    audit.record(db, by, "suppression.lift", found, now=now, reason=found.reason, why=why)
    db.execute(delete(Suppression).where(Suppression.id == found.id))


def _by_hash(addresses: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address in addresses:
        try:
            found.setdefault(address_hash(address), []).append(address)
        except BadAddress:
            continue
    return found


def _stored(db: DbSession, hashes: Iterable[str]) -> Iterator[Suppression]:
    for chunk in _chunks(list(hashes)):
        yield from db.scalars(select(Suppression).where(Suppression.address_hash.in_(chunk)))


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
