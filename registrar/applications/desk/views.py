"""Everything the organisers' desk shows, registered at once."""

from flask import Flask

from registrar.applications.desk import (
    blueprint,
    decisions_manage,
    export_manage,
    list_manage,
    notes_manage,
    over_time_manage,
    print_manage,
    reading_manage,
    saved_manage,
)

PAGES = (
    list_manage,
    saved_manage,
    over_time_manage,
    export_manage,
    print_manage,
    reading_manage,
    notes_manage,
    decisions_manage,
)
"""Naming them here is what puts their routes on the blueprint."""


def install(app: Flask) -> None:
    """Register the desk's pages."""
    app.register_blueprint(blueprint.bp)
