"""For machines: the Atom feed of published discussions (RFC 4287) and the map of all public pages."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.archive import queries
from registrar.db import db
from registrar.programmes.calendars import text
from registrar.programmes.models import Session
from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import LOCALES, current_locale
from registrar.web.markdown import to_html

bp = Blueprint("archive_feeds", __name__)
caching.keep(bp, caching.LONG)
ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
EMPTY_FEED_UPDATED = datetime(2013, 1, 1, tzinfo=UTC)
STATIC_PAGES = (
    "programmes.home", "calls.index", "archive.index", "about.privacy", "about.accessibility", "about.help_page",
)  # fmt: skip


@bp.get("/archive/feed.atom", endpoint="atom")
@public
def atom() -> ResponseReturnValue:
    """Answer with the discussions published last, in the language of the reader."""
    settings: Settings = current_app.extensions["registrar.settings"]
    sessions = queries.published(db, ENTRIES)
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": current_locale()})
    address = absolute("archive_feeds.atom")
    _add(feed, "id", address)
    _add(feed, "title", _("%(organisation)s: published discussions", organisation=settings.organisation))
    _add(feed, "updated", max((_changed(each) for each in sessions), default=EMPTY_FEED_UPDATED).isoformat())
    _add(_add(feed, "author"), "name", settings.organisation)
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=absolute("archive.index"))
    for session in sessions:
        _entry(feed, session, current_locale())
    return _xml(feed, "application/atom+xml")


@bp.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    """Answer with every public page in each language."""
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    pages: list[tuple[str, dict[str, str]]] = [(endpoint, {}) for endpoint in STATIC_PAGES]
    for endpoint, values in pages + queries.addresses(db):
        url = _add(root, "url")
        _add(url, "loc", absolute(endpoint, **values))
        for locale in LOCALES:
            href = absolute(endpoint, **values, lang=locale)
            _add(url, "xhtml:link", rel="alternate", hreflang=locale, href=href)
    return _xml(root, "application/xml")


def _entry(feed: Element, session: Session, locale: str) -> None:
    address = absolute("weekly.session", programme=session.programme.slug, session=session.slug)
    entry = _add(feed, "entry")
    _add(entry, "id", address)
    _add(entry, "title", session.title(locale) or session.programme.title)
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "published", (session.published_at or session.updated_at).isoformat())
    _add(entry, "updated", _changed(session).isoformat())
    for each in session.speakers:
        _add(_add(entry, "contributor"), "name", each.speaker.name)
    if session.summary(locale):
        _add(entry, "content", str(to_html(session.summary(locale))), type="html")


def _changed(session: Session) -> datetime:
    return max(session.updated_at, session.published_at or session.updated_at)


def _add(parent: Element, name: str, content: str = "", **attributes: str) -> Element:
    element = SubElement(parent, name, {key: text(value) for key, value in attributes.items()})
    element.text = text(content) or None
    return element


def _xml(root: Element, mimetype: str) -> Response:
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype=mimetype)
