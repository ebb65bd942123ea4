"""What may follow what in a campaign, and what its segment says, as values."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from registrar.errors import N_, IllegalTransition


class CampaignState(StrEnum):
    DRAFT = "draft"
    HELD = "held"
    """Approved; leaves at `starts_at`, and can be taken back until then."""
    CANARY = "canary"
    """The first few have been queued; the others wait until `starts_at`."""
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[CampaignState, frozenset[CampaignState]] = MappingProxyType(
    {
        CampaignState.DRAFT: frozenset({CampaignState.HELD}),
        CampaignState.HELD: frozenset(
            {CampaignState.DRAFT, CampaignState.CANARY, CampaignState.SENDING, CampaignState.CANCELLED}
        ),
        CampaignState.CANARY: frozenset({CampaignState.SENDING, CampaignState.CANCELLED}),
        CampaignState.SENDING: frozenset({CampaignState.DONE, CampaignState.CANCELLED}),
        CampaignState.DONE: frozenset(),
        CampaignState.CANCELLED: frozenset(),
    }
)


def move(current: CampaignState, to: CampaignState) -> CampaignState:
    """Return the new state, or refuse."""
    if to not in TRANSITIONS[current]:
        raise IllegalTransition(N_("A campaign that is %(current)s cannot become %(to)s."), current=current, to=to)
    return to
