"""What a person may consent to, and which words may stand on a person as a tag."""

from enum import StrEnum

from registrar.errors import N_, Refusal

LONGEST_TAG = 40


class ConsentPurpose(StrEnum):
    WEEKLY_MAIL = "weekly_mail"


class InstitutionKind(StrEnum):
    """What an institution is, in the words of the sector."""

    MUSEUM = "museum"
    GALLERY = "gallery"
    LIBRARY = "library"
    ARCHIVE = "archive"
    HERITAGE_SITE = "heritage_site"
    CULTURAL_CENTRE = "cultural_centre"
    FOUNDATION = "foundation"
    UNIVERSITY = "university"
    ASSOCIATION = "association"
    OTHER = "other"


class InstitutionRole(StrEnum):
    """What a person is to an institution."""

    DIRECTOR = "director"
    CONTACT = "contact"
    MEMBER = "member"
    FORMER = "former"


CONSENT_TEXT_VERSION = "2026-11"
"""Raise it when the words of the consent on the sign-up page change."""


def tag_of(typed: str) -> str:
    """Return a tag as it is stored: small letters, single spaces; refuse what is empty, too long or a list."""
    tag = " ".join(typed.lower().split())
    if not tag:
        raise Refusal(N_("Write a word to tag with."))
    if len(tag) > LONGEST_TAG:
        raise Refusal(N_("A tag has at most %(most)s characters."), most=LONGEST_TAG)
    if "," in tag or ";" in tag:
        raise Refusal(N_("One tag at a time: leave commas out."))
    if not tag.isprintable():
        raise Refusal(N_("Remove line breaks and invisible characters."))
    return tag
