"""Why there is no assignment, in words, with what would help."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.reviews.assigning import Shortage
from registrar.reviews.planning import lift
from registrar.reviews.reviewer_forms import USUAL_LOAD

MOST_NAMED = 10


def told(shortage: Shortage, each: int, reviewers: int) -> str:
    """Say how much is missing."""
    reviews = ngettext("%(num)s review each", "%(num)s reviews each", each)
    if not reviewers:
        return str(_("There is nobody to review. Invite reviewers first."))
    return str(
        ngettext(
            "%(reviews)s needs %(num)s more than the reviewers can take on.",
            "%(reviews)s needs %(num)s more than the reviewers can take on.",
            shortage.missing,
            reviews=reviews,
        )
    )


def advice(shortage: Shortage, each: int, reviewers: int, references: Mapping[int, str]) -> list[str]:
    """Say what would help: higher loads, fewer reviews each, or reviewers without a conflict for some applications."""
    found = []
    by_load = shortage.missing - sum(each - free for free in shortage.short_papers.values())
    if reviewers and by_load > 0:
        count, more = lift(by_load, reviewers)
        found.append(
            ngettext(
                "Raise the load of %(num)s reviewer by %(more)s.",
                "Raise the load of %(num)s reviewers by %(more)s each.",
                count,
                more=more,
            )
        )
        found.append(
            ngettext(
                "Invite %(num)s more reviewer who takes on %(load)s.",
                "Invite %(num)s more reviewers who take on %(load)s each.",
                -(-by_load // USUAL_LOAD),
                load=USUAL_LOAD,
            )
        )
    if shortage.possible_each:
        found.append(_("Ask for %(count)s each.", count=shortage.possible_each))
    if shortage.short_papers:
        named = [f"{references[number]} ({free})" for number, free in shortage.short_papers.items()][:MOST_NAMED]
        found.append(
            _(
                "Some applications have too few reviewers without a conflict of interest (in brackets: how many): "
                "%(named)s.",
                named=", ".join(named),
            )
        )
    return [str(text) for text in found]
