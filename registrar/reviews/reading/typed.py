"""What a reviewer typed, read from a form or from what the page's script sends."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registrar.errors import N_, Refusal
from registrar.reviews.models import Criterion, Review
from registrar.reviews.reviewing import Typed
from registrar.web.forms import invisible, tidy

_NUMBER = re.compile(r"-?\d{1,6}")
NO_LEVEL = -1_000_000
"""What is no number is no level of any criterion either."""
TEXTS = ("comment", "private_note", "feedback")


def from_form(form: Mapping[str, str], criteria: Sequence[Criterion]) -> Typed:
    """Read a form; a criterion without a chosen level is blank."""
    scores = {each.id: _level(form.get(f"score-{each.id}", "")) for each in criteria}
    return Typed(scores, *_texts(form.get(name, "") for name in TEXTS))


def from_json(given: Any) -> Typed | None:
    """Read `{"scores": {"3": 4}, "comment": …, "private_note": …, "feedback": …}`; None for anything else."""
    if not isinstance(given, dict) or not isinstance(given.get("scores"), dict):
        return None
    texts, scores = [given.get(name, "") for name in TEXTS], given["scores"]
    if not all(isinstance(text, str) for text in texts) or not all(_NUMBER.fullmatch(key) for key in scores):
        return None
    if not all(value is None or type(value) is int for value in scores.values()):
        return None
    return Typed({int(key): value for key, value in scores.items()}, *_texts(texts))


def of(review: Review | None, criteria: Sequence[Criterion]) -> Typed:
    """Return what is stored, as if it had been typed; retired criteria are left out."""
    stored = {each.criterion_id: each.value for each in review.scores} if review else {}
    scores = {each.id: stored.get(each.id) for each in criteria}
    return Typed(scores, review.comment, review.private_note, review.feedback) if review else Typed(scores)


def missing(typed: Typed, criteria: Sequence[Criterion]) -> frozenset[int]:
    """Return the required criteria without a level."""
    return frozenset(each.id for each in criteria if each.required and typed.scores.get(each.id) is None)


def seen(value: str) -> int:
    """Return the version of the review that a form knows."""
    return int(value) if _NUMBER.fullmatch(value) else 0


def refuse_invisible(typed: Typed) -> None:
    """Refuse control characters: no database keeps them all, and no reader sees them."""
    if any(invisible(getattr(typed, name), allowed="\n\t") for name in TEXTS):
        raise Refusal(N_("Remove invisible control characters."))


def _texts(given: Iterable[str]) -> list[str]:
    return [tidy(text) for text in given]


def _level(text: str) -> int | None:
    if not text:
        return None
    return int(text) if _NUMBER.fullmatch(text) else NO_LEVEL
