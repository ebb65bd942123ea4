"""Everything the console shows, registered at once."""

from flask import Flask

from registrar.console import (
    audit_views,
    delivery_views,
    forecast_views,
    gate_views,
    ledger_file_views,
    ledger_views,
    navigation,
    people_views,
    registration_views,
    report_views,
    suppression_views,
    tag_views,
    today_views,
    why_views,
    words,
)

PAGES = (
    today_views,
    registration_views,
    people_views,
    tag_views,
    ledger_views,
    ledger_file_views,
    why_views,
    forecast_views,
    delivery_views,
    report_views,
    suppression_views,
    gate_views,
    audit_views,
)
"""Naming them here is what puts their routes on the blueprint."""


def install(app: Flask) -> None:
    """Register the console's pages and its navigation."""
    app.register_blueprint(navigation.bp)
    app.context_processor(navigation.context)
    app.add_template_filter(words.kind_name, "mail_kind")
