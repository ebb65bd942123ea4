"""Access policies: every route declares one, and a route without stops the start.

`@public` is for everyone, `@personal` and `@applicant` for the holder of a live personal cookie, `@staff(role)` for
signed-in staff.
A GET only reads; the rare one that must record something says `@writes_on_get` and why.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from registrar.db import db, read_only

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
Gate = Callable[[], ResponseReturnValue | None]
"""Lets the request pass (None) or answers it (sign in, page not found)."""

_POLICY: Final = "registrar_policy"
_WRITES: Final = "registrar_writes_on_get"
_READS: Final = "registrar_reads_first"
PUBLIC: Final = "public"
PERSONAL: Final = "personal"
APPLICANT: Final = "applicant"
GATES: Final = "registrar.gates"


class UndeclaredPolicyError(RuntimeError):
    """A route was registered that does not say who may use it."""


def _declare(policy: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        setattr(view, _POLICY, policy)
        return view

    return declare


def public(view: View) -> View:
    """Let everyone use this view."""
    return _declare(PUBLIC)(view)


def personal(view: View) -> View:
    """Let the holder of a live personal cookie use this view."""
    return _declare(PERSONAL)(view)


def applicant(view: View) -> View:
    """Let the holder of a live personal cookie use this view; others are offered the way into their applications."""
    return _declare(APPLICANT)(view)


def staff(role: str) -> Callable[[View], View]:
    """Let signed-in staff with this role use this view."""
    return _declare(f"staff:{role}")


def writes_on_get(view: View) -> View:
    """Give this view a writable session even for GET."""
    setattr(view, _WRITES, True)
    return view


def reads_first(view: View) -> View:
    """Let this view and its gate only read, also for POST, until it calls `writable`: others may write meanwhile."""
    setattr(view, _READS, True)
    return view


def policy_of(endpoint: str) -> str:
    """Return the policy of an endpoint, or refuse to go on without one."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    policy = getattr(current_app.view_functions[endpoint], _POLICY, None)
    if policy is None:
        raise UndeclaredPolicyError(f"The route {endpoint} declares no access policy.")
    return str(policy)


def add_gate(app: Flask, prefix: str, gate: Gate) -> None:
    """Set who guards the policies that begin with this prefix."""
    app.extensions.setdefault(GATES, {})[prefix] = gate


def check_policies(app: Flask) -> None:
    """Stop the start if any route declares no policy or one that nobody guards."""
    with app.app_context():
        for endpoint in app.view_functions:
            policy = policy_of(endpoint)
            if policy != PUBLIC and policy.partition(":")[0] not in app.extensions.get(GATES, {}):
                raise UndeclaredPolicyError(f"Nobody guards the policy {policy} of {endpoint}.")


def guard() -> ResponseReturnValue | None:
    """Let only read what is a GET or reads first, then let the gate of the route decide; runs before every view."""
    if request.endpoint is None:
        return None
    view: Any = current_app.view_functions[request.endpoint]
    looks = request.method in {"GET", "HEAD", "OPTIONS"} and not getattr(view, _WRITES, False)
    if looks or getattr(view, _READS, False):
        read_only(db)
    policy = policy_of(request.endpoint)
    if policy == PUBLIC:
        return None
    gate: Gate = current_app.extensions[GATES][policy.partition(":")[0]]
    return gate()
