"""How long public pages may be kept: shortly by all for visitors nobody knows, and a tag to ask again with."""

from datetime import timedelta
from hashlib import blake2b

from flask import Blueprint, Response, request

from registrar.web.headers import csp_nonce
from registrar.web.locale import COOKIE

SHORT = timedelta(seconds=20)
"""For pages that change with the clock and with free places."""
LONG = timedelta(minutes=5)
"""For pages that change when an organiser edits them."""


def keep(blueprint: Blueprint, age: timedelta) -> None:
    """Let the pages of this blueprint be kept for that long by browsers and proxies."""

    @blueprint.after_request
    def remember(response: Response) -> Response:
        if request.method not in {"GET", "HEAD"} or response.status_code != 200:
            return response
        response.headers["Cache-Control"] = _policy(age)
        response.set_etag(_tag(response), weak=True)
        response.make_conditional(request)
        return response


def _policy(age: timedelta) -> str:
    """Return the policy: nothing is shared for known visitors, nor when the answer sets the language cookie."""
    if set(request.cookies) <= {COOKIE} and "lang" not in request.args:
        return f"public, max-age={int(age.total_seconds())}"
    return "private, no-cache"


def _tag(response: Response) -> str:
    """Return a hash of the page without the nonce, which differs every time and changes nothing."""
    body = response.get_data().replace(csp_nonce().encode(), b"")
    return blake2b(body, digest_size=12).hexdigest()
