"""What a person may consent to, and when two e-mail addresses are the same."""

from enum import StrEnum


class ConsentPurpose(StrEnum):
    WEEKLY_MAIL = "weekly_mail"


CONSENT_TEXT_VERSION = "2026-11"
"""Raise it when the words of the consent on the sign-up page change."""
