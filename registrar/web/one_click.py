"""How mail programs ask for an end of mails by themselves: one POST without cookie, sign-in or page (RFC 8058, 3.2)."""

from flask import request

from registrar.web.forms import BaseForm

FIELD, VALUE = "List-Unsubscribe", "One-Click"
"""What a mail program posts, urlencoded or as multipart."""


def is_one_click() -> bool:
    """Tell whether a mail program sends this request, and no page."""
    return request.form.get(FIELD) == VALUE


def may_stop() -> bool:
    """Tell whether this request may end mails: from a mail program, or from our page with its CSRF token."""
    return is_one_click() or bool(BaseForm().validate())
