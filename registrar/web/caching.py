"""How long public pages may be kept: shortly by all for visitors nobody knows, and a tag to ask again with.

A web worker itself is such a keeper: for a few seconds it answers strangers with the page it has just made.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from flask import Blueprint, Response, current_app, g, request, session

from registrar.web.headers import csp_nonce
from registrar.web.locale import COOKIE, current_locale

SHORT = timedelta(seconds=20)
"""For pages that change with the clock and with free places."""
LONG = timedelta(minutes=5)
"""For pages that change when an organiser edits them."""
OWN_SECONDS = 2.0
"""How long a worker keeps a page: enough for the rush when a mail has gone out, too short to be noticed."""
MOST_PAGES = 256
EXTENSION = "registrar.pages"
Key = tuple[str, str]


@dataclass(frozen=True)
class Page:
    """A page as it was sent, with the nonce that its scripts named then."""

    body: bytes
    nonce: bytes
    mimetype: str
    made_at: float


def keep(blueprint: Blueprint, age: timedelta) -> None:
    """Let the pages of this blueprint be kept for that long by browsers and proxies."""

    @blueprint.before_request
    def repeat() -> Response | None:
        page = _pages().get(_key()) if _is_repeatable() else None
        if page is None or time.monotonic() - page.made_at > OWN_SECONDS:
            return None
        g.repeated = True
        return Response(page.body.replace(page.nonce, csp_nonce().encode()), mimetype=page.mimetype)

    @blueprint.after_request
    def remember(response: Response) -> Response:
        if request.method not in {"GET", "HEAD"} or response.status_code != 200:
            return response
        if _is_repeatable() and not g.get("repeated"):
            _put(response)
        response.headers["Cache-Control"] = f"public, max-age={age.seconds}" if _is_anonymous() else "private, no-cache"
        response.set_etag(_tag(response), weak=True)
        response.make_conditional(request)
        return response


def _is_anonymous() -> bool:
    """Tell whether nothing is known of the visitor, and the answer sets no cookie."""
    return set(request.cookies) <= {COOKIE} and "lang" not in request.args and not session.modified


def _is_repeatable() -> bool:
    """Tell whether another stranger may get the same page; tests want to see every change at once."""
    return not current_app.testing and request.method == "GET" and not request.query_string and _is_anonymous()


def _key() -> Key:
    return request.path, current_locale()


def _put(response: Response) -> None:
    pages = _pages()
    if "Content-Disposition" not in response.headers:
        pages[_key()] = Page(
            response.get_data(), csp_nonce().encode(), response.mimetype or "text/html", time.monotonic()
        )
    while len(pages) > MOST_PAGES:
        pages.popitem(last=False)


def _pages() -> OrderedDict[Key, Page]:
    found: OrderedDict[Key, Page] = current_app.extensions.setdefault(EXTENSION, OrderedDict())
    return found


def _tag(response: Response) -> str:
    """Return a hash of the page without the nonce, which differs every time and changes nothing."""
    body = response.get_data().replace(csp_nonce().encode(), b"")
    return blake2b(body, digest_size=12).hexdigest()
