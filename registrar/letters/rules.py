"""What letters are for, and which placeholders each use knows."""

from enum import StrEnum


class LetterUse(StrEnum):
    """Where a letter is used."""

    CAMPAIGN = "campaign"
    REMINDER = "reminder"
