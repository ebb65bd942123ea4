"""What organisers decided in the demonstration: verdicts, the discussion before them, the letters that tell them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.ops.demo.applications import Scene, Told
from registrar.ops.demo.book import Book
from registrar.ops.demo.panel import Panel, words
from registrar.reviews.decision_models import CallLetter, Contribution, Decision
from registrar.reviews.rules import Hearing

ACCEPTED, WAITLISTED, DECLINED = 14, 4, 18
"""How many of a call in review are decided so far."""
BY = "command"


def letters(book: Book, at: datetime) -> dict[Verdict, dict[str, Any]]:
    """Note the letters that tell verdicts; return their versions."""
    found = {}
    for verdict in Verdict:
        text = words()["letter"][verdict]
        made = {"created_at": at, "created_by": BY}
        template = book.add(LetterTemplate, name=text["name"], use=LetterUse.DECISION, created_at=at)
        texts = {key: text[key].strip() for key in ("subject_en", "subject_fr", "body_en", "body_fr")}
        found[verdict] = book.add(LetterVersion, template_id=template["id"], number=1, **made, **texts)
    return found


def choose_letters(book: Book, call_id: int, versions: Mapping[Verdict, dict[str, Any]]) -> None:
    """Note which letter tells which verdict of a call."""
    for verdict, version in versions.items():
        book.add(CallLetter, call_id=call_id, verdict=verdict, template_id=version["template_id"])


def decide_some(scene: Scene, told: Sequence[Told], totals: Mapping[int, list[float]]) -> None:
    """Note verdicts for the clear cases: the best, the last, and the first of the waiting list."""
    scored = [each for each in told if totals.get(each.id)]
    ranked = sorted(scored, key=lambda each: (-sum(totals[each.id]) / len(totals[each.id]), each.id))
    best, next_, last = ranked[:ACCEPTED], ranked[ACCEPTED : ACCEPTED + WAITLISTED], ranked[-DECLINED:]
    at = scene.until - timedelta(days=1)
    reasons = iter(words()["words"]["reasons"])
    for number, each in enumerate((*best, *last)):
        verdict = Verdict.ACCEPT if number < len(best) else Verdict.DECLINE
        row = decide(scene, each, verdict, None, at)
        row["reason"] = next(reasons, "") if number in (0, 1, len(best), len(best) + 1) else ""
    for position, each in enumerate(next_, start=1):
        decide(scene, each, Verdict.WAITLIST, position, at)


def decide(scene: Scene, told: Told, verdict: Verdict, position: int | None, at: datetime) -> dict[str, Any]:
    """Note a verdict with its entry in the audit trail."""
    by = f"staff:{scene.staff_id}"
    scene.book.audit(by, "decision.set", Application, told.id, at, verdict=verdict)
    row = {"application_id": told.id, "call_id": scene.call_id, "verdict": verdict, "waitlist_position": position}
    return scene.book.add(Decision, **row, decided_at=at, decided_by=by)


def discuss(scene: Scene, panel: Panel, told: Sequence[Told]) -> None:
    """Note what the committee said to each other, and what organisers said among themselves."""
    said = words()["words"]
    for number, text in enumerate(said["committee"] * 3):
        critic = panel.critics[number % len(panel.critics)]
        _say(scene, told[20 + number // 2], critic.row["staff_id"], Hearing.COMMITTEE, text, number)
    for number, text in enumerate(said["organisers"] * 2):
        _say(scene, told[21 + number], scene.staff_id, Hearing.ORGANISERS, text, 20 + number)


def _say(scene: Scene, told: Told, staff_id: int, hearing: Hearing, text: str, number: int) -> None:
    at = scene.until - timedelta(days=2) + timedelta(minutes=23 * number)
    row = {"application_id": told.id, "staff_id": staff_id, "hearing": hearing, "text": text, "created_at": at}
    scene.book.add(Contribution, **row)
