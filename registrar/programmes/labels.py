"""The words for what the catalogue holds as keys, and its own sentences in the language of the page."""

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from registrar.programmes.rules import EventKind, ProgrammeKind

KINDS = {
    EventKind.CONFERENCE: _l("Conference"),
    EventKind.WORKSHOP: _l("Workshop"),
    EventKind.MEETUPS: _l("Online talks"),
    EventKind.STUDY: _l("Training course"),
}
PROGRAMME_KINDS = {
    ProgrammeKind.SERIES: _l("Weekly discussions"),
    ProgrammeKind.COHORT: _l("Training by application"),
    ProgrammeKind.ACCELERATOR: _l("Accelerator"),
}
COLOURS = {
    ProgrammeKind.SERIES: "weekly",
    ProgrammeKind.COHORT: "museums",
    ProgrammeKind.ACCELERATOR: "factory",
}
"""Which of the colours of the style sheet a programme has."""
RESOURCES = {
    "program": _l("the programme"),
    "summary": _l("a summary"),
    "summaries": _l("written summaries"),
    "recording": _l("the recording"),
    "recordings": _l("recordings"),
    "resources": _l("resources"),
}
FIGURES = {
    "weekly_participants": _l("people in the weekly discussions"),
    "institutions_trained": _l("institutions trained"),
    "institutions_selected": _l("institutions selected"),
    "demo_day_projects": _l("projects at the Demo Day"),
    "mentors": _l("mentors"),
    "trainers": _l("trainers"),
    "lessons": _l("lessons"),
    "challenges": _l("challenges"),
    "case_studies": _l("case studies"),
    "participants": _l("participants"),
    "professionals": _l("professionals"),
    "speakers": _l("speakers"),
}


def figure_label(key: str) -> str:
    """Name a figure; one that the catalogue brings new is named by its key."""
    return str(FIGURES.get(key, key.replace("_", " ")))


def resource_label(key: str) -> str:
    return str(RESOURCES.get(key, key.replace("_", " ")))


def kind_label(kind: EventKind | ProgrammeKind) -> str:
    return str(KINDS[kind] if isinstance(kind, EventKind) else PROGRAMME_KINDS[kind])


def translated(text: str) -> str:
    """Return a sentence of the catalogue in the language of the page, as it stands there if nobody translated it."""
    return str(gettext(text)) if text else ""


def install(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(
        figure_label=figure_label, resource_label=resource_label, kind_label=kind_label, translated=translated
    )
    app.jinja_env.globals["programme_colours"] = COLOURS
