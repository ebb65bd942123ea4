"""What the frame of every page shows: the organisation, the ways through the site, addresses in each language."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _

from registrar.settings import Settings
from registrar.web.locale import LOCALES, alternates, current_locale

Link = tuple[str, str, bool]
"""A label, its address, and whether it is the current page."""


def link(label: str, path: str) -> Link:
    """Return a link of the navigation; it is current on its page and on those below."""
    return label, path, request.path == path or request.path.startswith(path.rstrip("/") + "/")


def page_context(settings: Settings) -> dict[str, Any]:
    """Return what `base.html` needs on every page."""
    return {
        "organisation": settings.organisation,
        "locale": current_locale(),
        "navigation": [
            link(_("WAC Weekly"), "/weekly/"),
            link(_("Calls"), "/calls"),
            link(_("Archive"), "/archive"),
            link(_("My sessions"), "/my"),
        ],
        "footer_links": [
            link(_("My applications"), "/applications"),
            link(_("Privacy"), "/privacy"),
            link(_("Accessibility"), "/accessibility"),
            link(_("Help"), "/help"),
        ],
        "canonical": canonical(settings),
        "alternates": alternates(),
        "hreflangs": hreflangs(settings),
        "settings": settings,
    }


def canonical(settings: Settings) -> str:
    """Return the page's public address; each language is a page of its own where the address names it."""
    lang = request.args.get("lang")
    return settings.base_url + request.path + (f"?lang={lang}" if lang in LOCALES else "")


def hreflangs(settings: Settings) -> list[tuple[str, str]]:
    """Return the page's public address in each language, and the one that lets the browser choose."""
    languages = [(locale, settings.base_url + path) for locale, path in alternates()]
    return [*languages, ("x-default", settings.base_url + request.path)] if languages else []


@cache
def fingerprint(folder: str, filename: str) -> str:
    """Return a short hash of a static file, so that a changed file has a new address."""
    path = Path(folder) / filename
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def install(app: Flask, settings: Settings) -> None:
    """Give every page its frame and every static file an address that changes with its content."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return page_context(settings)

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and app.static_folder:
            values.setdefault("v", fingerprint(app.static_folder, values["filename"]))
