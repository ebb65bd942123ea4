"""Addresses of rooms that are still being built, so that mails can lead there."""

from flask import Flask
from werkzeug.routing import Rule

LATER = {
    "apply.begin": "/apply/<token>",
    "apply.join": "/invited/<token>",
    "apply.grace": "/grace/<token>",
    "applications.enter": "/applications/enter/<token>",
}


def stand_in(app: Flask) -> None:
    """Add the addresses that nothing else has added."""
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    for endpoint, path in LATER.items():
        if endpoint not in known:
            app.url_map.add(Rule(path, endpoint=endpoint))
