"""Security headers: a strict content policy with nonces, and no caching of personal pages."""

import secrets

from flask import Flask, Response, g, request

from registrar.settings import Settings
from registrar.web.access import PUBLIC, policy_of

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {frame}; "
    "frame-src 'self'"
)


def csp_nonce() -> str:
    """Return this request's nonce for an inline script."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def keep_private(response: Response) -> Response:
    """Mark a page as personal: never cached, its address never told to another site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every response."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY.format(nonce=csp_nonce(), frame="'none'"))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.base_url.startswith("https://"):
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint and policy_of(request.endpoint) != PUBLIC:
            keep_private(response)
        return response
