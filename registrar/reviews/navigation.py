"""The ways through everything about reviewing a call: three steps, and the pages of the one somebody is in."""

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext as _

from registrar.calls.models import Call

Link = tuple[str, str, bool]


@dataclass(frozen=True)
class Places:
    """The steps, and the pages of the step that the address is in."""

    steps: list[Link]
    pages: list[Link]


def steps() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the steps of a review in their order, each with its pages by the last part of their address."""
    return [
        (
            _("Prepare the review"),
            [
                (_("Phases"), "phases"),
                (_("Rubric"), "rubric"),
                (_("Reviewers"), "reviewers"),
                (_("Conflicts of interest"), "conflicts"),
                (_("Assignment"), "assignments"),
            ],
        ),
        (
            _("Decide"),
            [(_("Results"), "results"), (_("Decision board"), "board"), (_("Scenarios"), "scenarios")],
        ),
        (
            _("Release and after"),
            [(_("Release"), "release"), (_("Offers and waiting list"), "offers"), (_("History"), "history")],
        ),
    ]


def places(call: Call) -> Places:
    """Return the ways from a page about a call's review."""
    base = f"/console/calls/{call.slug}/"
    links = [(label, [(name, base + page, _is_here(base + page)) for name, page in pages]) for label, pages in steps()]
    found = [(label, pages[0][1], any(here for _name, _path, here in pages)) for label, pages in links]
    here = next((pages for _label, pages in links if any(is_here for _name, _path, is_here in pages)), [])
    return Places(found, here)


def _is_here(path: str) -> bool:
    return request.path == path or request.path.startswith(f"{path}/")


def install(app: Flask) -> None:
    """Give templates the ways through a review: `review_places(call)`."""
    app.add_template_global(places, "review_places")
