"""Kinds."""

from enum import StrEnum


class ProgrammeKind(StrEnum):
    SERIES = "series"
    COHORT = "cohort"
    ACCELERATOR = "accelerator"


class EventKind(StrEnum):
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    MEETUPS = "meetups"
    STUDY = "study"


class Access(StrEnum):
    OPEN = "open"
    APPLICATION = "application"
    CLOSED = "closed"


class SeasonStatus(StrEnum):
    PLANNED = "planned"
    ONGOING = "ongoing"
    ARCHIVED = "archived"


class SpeakerPart(StrEnum):
    SPEAKER = "speaker"
    MODERATOR = "moderator"
