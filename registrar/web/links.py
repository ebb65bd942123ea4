"""Absolute addresses for mails, calendars and feeds: always from the configured base address, never from a request."""

from functools import cache
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import Map, MapAdapter

from registrar.settings import Settings


def absolute(endpoint: str, **values: object) -> str:
    """Return the public address of a page; works with and without a request."""
    settings: Settings = current_app.extensions["registrar.settings"]
    return _adapter(current_app.url_map, settings.base_url).build(endpoint, values, force_external=True)


@cache
def _adapter(rules: Map, base_url: str) -> MapAdapter:
    base = urlsplit(base_url)
    return rules.bind(base.netloc, base.path or "/", url_scheme=base.scheme)
