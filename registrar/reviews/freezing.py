"""A call whose season is over is frozen: what was said about it stays as it is."""

from registrar.calls.models import Call
from registrar.errors import N_, Refusal


def refuse_if_frozen(call: Call) -> None:
    """Refuse a change to a call that is frozen."""
    if call.frozen_at is not None:
        raise Refusal(N_("This call is frozen: its record is kept as it is."))
