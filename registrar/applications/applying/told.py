"""What the rules of a call say about an institution, in the words for its own team."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from registrar.calls import queries
from registrar.calls.eligibility import Explanation, Finding
from registrar.calls.eligibility_words import Sentence, explained
from registrar.calls.rules import EligibilityRule
from registrar.db import DbSession


def sentences(db: DbSession, explanations: Iterable[Explanation], name: str) -> list[Sentence]:
    """Return a sentence per rule.

    Whether others of the institution have applied elsewhere is not told: who says that they belong to an institution
    learns nothing of its other applications. Nor is what organisers decided about it.
    """
    titles = queries.line_titles(db)
    return [
        Sentence(Finding.UNKNOWN, _("An institution takes part once per season. The organisers look at that."))
        if each.rule.rule is EligibilityRule.ONCE_PER_SEASON
        else explained([each], name, titles)[0]
        for each in explanations
    ]


def need_reading(explanations: Sequence[Explanation]) -> bool:
    """Tell whether a rule is not fulfilled, or not known to be, so that the person should read that first."""
    own = (each for each in explanations if each.rule.rule is not EligibilityRule.ONCE_PER_SEASON)
    return any(each.finding is not Finding.HOLDS for each in own)
