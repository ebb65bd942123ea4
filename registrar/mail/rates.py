"""How fast mail may leave: token buckets for the provider and for groups of domains, shared through the database.

A bucket holds at most what one second brings (at least one token), so that over any time no more leaves than the rate
allows and that one burst. What gets no token is given a moment of its own; these moments are lined up in a second row
of the bucket, so that mails do not come back all at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from registrar.db import DbSession, insert_missing
from registrar.mail.models import MailRate

PROVIDER = "*"
MOST_SKEW = timedelta(seconds=10)
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many mails a second."""

    per_second: float

    @property
    def capacity(self) -> float:
        return max(1.0, self.per_second)

    def time_of(self, mails: float) -> timedelta:
        """Return how long so many mails take."""
        return timedelta(seconds=mails / self.per_second)


def parse(rates: Iterable[str]) -> dict[str, Rate]:
    """Read `gmail 20/second`, as the settings have checked it; the later of two for one bucket counts."""
    read: dict[str, Rate] = {}
    for rate in rates:
        bucket, _, speed = rate.partition(" ")
        number, _, unit = speed.partition("/")
        read[bucket] = Rate(int(number) / _UNITS[unit])
    return read


def take(db: DbSession, bucket: str, rate: Rate, wanted: int, *, now: datetime) -> int:
    """Take up to so many tokens and return how many there were; other workers wait until this is committed."""
    held = _locked(db, bucket, rate.capacity, now)
    tokens, at = _filled(held, rate, now)
    granted = min(wanted, int(tokens + 1e-9))
    _store(db, bucket, tokens - granted, at)
    return granted


def give_back(db: DbSession, bucket: str, rate: Rate, unused: int, *, now: datetime) -> None:
    """Return tokens that were taken and not needed."""
    held = _locked(db, bucket, rate.capacity, now)
    tokens, at = _filled(held, rate, now)
    _store(db, bucket, min(rate.capacity, tokens + unused), at)


def is_lined_up(db: DbSession, bucket: str, *, now: datetime) -> bool:
    """Tell whether mails of this bucket wait for moments of their own, so that new ones go to the end of the line."""
    last = db.scalar(select(MailRate.refilled_at).where(MailRate.bucket == _line(bucket)))
    return last is not None and last > now


def line_up(db: DbSession, bucket: str, rate: Rate, number: int, *, now: datetime) -> list[datetime]:
    """Return moments for so many mails, behind those that were given out before."""
    last = max(_locked(db, _line(bucket), 0.0, now).refilled_at, now)
    moments = [last + rate.time_of(place) for place in range(1, number + 1)]
    if moments:
        _store(db, _line(bucket), 0.0, moments[-1])
    return moments


def soon(rate: Rate, number: int, *, now: datetime) -> list[datetime]:
    """Return the next moments for so many mails whose own moment has come and found no token."""
    return [now + rate.time_of(place) for place in range(1, number + 1)]


def _line(bucket: str) -> str:
    return f"{bucket} line"


def _locked(db: DbSession, bucket: str, tokens: float, now: datetime) -> MailRate:
    """Return the bucket, full where it is new, and keep others from it until the end of the transaction."""
    statement = select(MailRate).where(MailRate.bucket == bucket).with_for_update()
    found = db.scalar(statement, execution_options={"populate_existing": True})
    if found is None:
        insert_missing(db, MailRate, [{"bucket": bucket, "tokens": tokens, "refilled_at": now}])
        found = db.scalars(statement, execution_options={"populate_existing": True}).one()
    return found


def _filled(held: MailRate, rate: Rate, now: datetime) -> tuple[float, datetime]:
    """Return the tokens by now, and since when; clocks of machines may differ a little, and one may be put back."""
    if held.refilled_at - now > MOST_SKEW:
        return held.tokens, now
    passed = max(0.0, (now - held.refilled_at).total_seconds())
    return min(rate.capacity, held.tokens + passed * rate.per_second), max(now, held.refilled_at)


def _store(db: DbSession, bucket: str, tokens: float, at: datetime) -> None:
    db.execute(
        update(MailRate).where(MailRate.bucket == bucket).values(tokens=tokens, refilled_at=at),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """A mail that asks for a token of its group; `is_back` if it has had a moment of its own already."""

    number: int
    group: str
    lane: int
    is_back: bool


def admit(db: DbSession, rates: Mapping[str, Rate], asking: Sequence[Asking], *, now: datetime) -> dict[int, datetime]:
    """Take the tokens of the groups; return when those mails may come back that got none, the others may leave."""
    later: dict[int, datetime] = {}
    for group in sorted({each.group for each in asking} & rates.keys()):
        # Personal mail first, then those that have waited, then the new ones.
        of_group = sorted((each for each in asking if each.group == group), key=lambda it: (it.lane, not it.is_back))
        later |= _admit_group(db, group, rates[group], of_group, now)
    return later


def _admit_group(db: DbSession, group: str, rate: Rate, asking: Sequence[Asking], now: datetime) -> dict[int, datetime]:
    is_full = is_lined_up(db, group, now=now)
    first = [each for each in asking if each.is_back or each.lane == 0 or not is_full]
    granted = take(db, group, rate, len(first), now=now)
    admitted = {each.number for each in first[:granted]}
    back = [each.number for each in asking if each.number not in admitted and each.is_back]
    new = [each.number for each in asking if each.number not in admitted and not each.is_back]
    later = dict(zip(back, soon(rate, len(back), now=now), strict=True))
    return later | dict(zip(new, line_up(db, group, rate, len(new), now=now), strict=True))
