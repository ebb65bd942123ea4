"""What the list of institutions may be asked for."""

from dataclasses import dataclass
from enum import StrEnum

from registrar.people.rules import InstitutionKind


class Standing(StrEnum):
    """Whether an institution is what it says, or stands under another one."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    MERGED = "merged"


@dataclass(frozen=True, kw_only=True)
class InstitutionFilter:
    """Which institutions are asked for."""

    text: str = ""
    country: str = ""
    kind: InstitutionKind | None = None
    standing: Standing | None = None

    @property
    def is_set(self) -> bool:
        return any(vars(self).values())
