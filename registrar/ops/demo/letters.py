"""The letters that people's own acts caused: confirmations, farewells, skipped weeks, offers, a cancelled session."""

from datetime import datetime, timedelta

from registrar.mail.models import Suppression
from registrar.mail.rules import SuppressionReason
from registrar.ops.demo.book import Book
from registrar.ops.demo.ledger import GREYLISTED, Ledger, Post
from registrar.ops.demo.people import Asked, Member
from registrar.ops.demo.season import Times, Week
from registrar.ops.demo.seats import Place
from registrar.tokens import Tokens
from registrar.weekly.rules import CONFIRM_WITHIN, SeatState
from registrar.weekly.signup.signing_up import refusal_hash


def confirmations(ledger: Ledger, members: list[Member], found: Times) -> None:
    """Note the letter that asks for the confirmation and the one that confirms; the newest is put off by its server."""
    for member in sorted(members, key=lambda each: each.signed_up_at):
        _ask(ledger, member.sign_up_id, member.signed_up_at)
    for member in members:
        ending = {"ending": GREYLISTED} if member is members[-1] else {}
        row = ledger.to_member(member, _welcome(member), **ending)
        if ending:
            row |= {"next_at": found.today + timedelta(days=1), "expires_at": found.today + timedelta(days=2)}


def unconfirmed(book: Book, ledger: Ledger, asked: list[Asked], tokens: Tokens) -> None:
    """Note the letters to those who have not confirmed, and that one of them wants none."""
    for each in asked:
        _ask(ledger, each.sign_up_id, each.at)
        if each.refused_at:
            address = refusal_hash(tokens, each.profile.email)
            reason = SuppressionReason.NOT_ME
            book.add(Suppression, address_hash=address, reason=reason, created_at=each.refused_at)


def farewells(ledger: Ledger, members: list[Member]) -> None:
    """Note the letter to those who cancelled everything."""
    for member in members:
        if member.cancelled_at:
            key = f"cancelled-registration:{member.registration_id}:{int(member.cancelled_at.timestamp())}"
            post = Post(key=key, kind="weekly.cancelled_registration", at=member.cancelled_at, about={})
            ledger.to_member(member, post)


def seat_letters(ledger: Ledger, made: list[Place]) -> None:
    """Note the letters about weeks given up, offers made and places accepted."""
    for place in made:
        at, member = place.given_up_at, place.member
        if at and at != member.cancelled_at and place.confirmed_from:
            ledger.to_member(member, _about_seat(place, f"skipped:{place.id}:{place.row['changes']}", "skipped", at))
        if place.row["state"] is SeatState.OFFERED:
            ledger.to_member(member, _offer(place, place.row["state_at"]))
        if place.row["queue_number"] and place.confirmed_from:
            ledger.to_member(member, _offer(place, place.confirmed_from - timedelta(hours=2)))
            key = f"seated:{place.id}:{place.row['queue_number']}"
            ledger.to_member(member, _about_seat(place, key, "seated", place.confirmed_from))


def cancellation(ledger: Ledger, week: Week, seats: list[Place]) -> None:
    """Note the letter about the session that was cancelled, to everybody who had a seat in it."""
    at = week.cancelled_at
    if at is None:
        return
    span = {"from": week.starts_at.isoformat(), "until": week.ends_at.isoformat()}
    context = {"sessions": [{"session": week.id, "revision": week.row["revision"], **span}]}
    about = {"session_id": week.id, "revision": week.row["revision"], "context": context}
    held = [place for place in seats if place.holds(at)]
    for number, place in enumerate(held):
        key = f"session_cancelled:{week.id}:{place.member.registration_id}:g{week.row['revision']}"
        post = Post(key=key, kind="weekly.session_cancelled", at=at, about=about, place_in_queue=number)
        ledger.to_member(place.member, post)["expires_at"] = week.ends_at


def _ask(ledger: Ledger, sign_up_id: int, at: datetime) -> None:
    about = {"sign_up_id": sign_up_id, "context": {"number": 1}}
    ledger.note(
        Post(key=f"confirm:{sign_up_id}:1", kind="weekly.confirm", at=at, useful=CONFIRM_WITHIN, about=about), {}
    )


def _welcome(member: Member) -> Post:
    key = f"confirmed:{member.registration_id}:{member.sign_up_id}"
    return Post(key=key, kind="weekly.confirmed", at=member.confirmed_at, about={})


def _offer(place: Place, at: datetime) -> Post:
    return _about_seat(place, f"offer:{place.id}:{place.row['queue_number']}", "offer", at)


def _about_seat(place: Place, key: str, what: str, at: datetime) -> Post:
    about = {"session_id": place.week.id, "context": {"seat": place.id, "changes": place.row["changes"]}}
    return Post(key=key, kind=f"weekly.{what}", at=at, about=about)
