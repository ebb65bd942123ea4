"""Rate limits per client address, kept in memory of each web worker; limits that must be exact live in the database."""

from flask import current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from registrar.settings import Settings

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False)


def sign_up_limit() -> str:
    """Return how often one client address may ask for a mail."""
    settings: Settings = current_app.extensions["registrar.settings"]
    return settings.sign_up_limit
