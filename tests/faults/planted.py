"""Faults to plant into the clean world, each with what the checker must find then."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from registrar.mail.rules import MailState
from registrar.weekly.rules import SeatState
from tests.faults.clean import (
    ADA,
    BEN,
    CLEO,
    DAN,
    EVE,
    FAY,
    GUS,
    LIMITED,
    NOW,
    OFFER,
    OPEN,
    accepted,
    address,
    clean_world,
    confirm_mail,
    seat_id,
    welcome_mail,
)
from tests.faults.findings import Fault
from tests.faults.world import Act, Answer, MailRow, PersonRow, RegistrationRow, Sample, SignUpRow, World

Plant = Callable[[World], World]


def _with(world: World, field: str, rows: tuple[Any, ...]) -> World:
    values: dict[str, Any] = {field: rows}
    return replace(world, **values)


def without(field: str, **given: Any) -> Plant:
    """Remove the rows that have these values."""

    def plant(world: World) -> World:
        rows = getattr(world, field)
        kept = tuple(row for row in rows if any(getattr(row, name) != value for name, value in given.items()))
        assert len(kept) < len(rows)
        return _with(world, field, kept)

    return plant


def changed(field: str, where: dict[str, Any], **values: Any) -> Plant:
    """Change the rows that have these values."""

    def plant(world: World) -> World:
        rows = getattr(world, field)
        fits = [all(getattr(row, name) == value for name, value in where.items()) for row in rows]
        assert any(fits)
        mended = tuple(replace(row, **values) if fit else row for row, fit in zip(rows, fits, strict=True))
        return _with(world, field, mended)

    return plant


def added(field: str, *more: Any) -> Plant:
    """Add rows."""

    def plant(world: World) -> World:
        return _with(world, field, getattr(world, field) + more)

    return plant


def both(*plants: Plant) -> Plant:
    def plant(world: World) -> World:
        for each in plants:
            world = each(world)
        return world

    return plant


def mail(world: World, id: int) -> MailRow:
    return next(each for each in world.mails if each.id == id)


def seat(who: int, session: int) -> dict[str, Any]:
    return {"id": seat_id(who, session)}


def forget_fay(world: World) -> World:
    """Lose a sign-up as a rolled-back transaction would: with its mail and its audit entry."""
    return both(
        without("sign_ups", id=FAY),
        without("mails", id=confirm_mail(FAY)),
        without("accepted", message_id=f"m{confirm_mail(FAY)}"),
    )(world)


def second_ada(world: World) -> World:
    """Register one address a second time, with everything that belongs to it."""
    again = replace(mail(world, welcome_mail(ADA)), id=99, key="confirmed:9:1", message_id="m99", registration_id=9)
    again = replace(again, state=MailState.SKIPPED, reason="superseded", marked_at=None)
    return both(
        added("people", PersonRow(id=9, email_key=address(ADA))),
        added("registrations", RegistrationRow(id=9, programme_id=1, person_id=9)),
        added("mails", again),
    )(world)


def second_offer(number: int, id: int) -> Plant:
    """Offer Dan's place under this number, before (low id) or after Cleo's offer."""

    def plant(world: World) -> World:
        key = f"offer:{seat_id(DAN, LIMITED)}:{number}"
        row = replace(mail(world, OFFER), id=id, key=key, message_id=f"m{id}", registration_id=DAN)
        return added("mails", replace(row, state=MailState.SKIPPED, reason="late", marked_at=None))(world)

    return plant


DOUBLED = {Fault.ACCEPTED_TWICE, Fault.ACCEPTED_WITHOUT_ATTEMPT}
PLANTED: dict[str, tuple[Plant, set[Fault]]] = {
    "a server error": (
        changed("told", {"email": address(GUS)}, answer=Answer.FAULT, status=500),
        {Fault.SERVER_ERROR},
    ),
    "a refusal without need": (
        changed("told", {"email": address(GUS)}, answer=Answer.NO, status=409),
        {Fault.REFUSED},
    ),
    "a sign-up that was acknowledged and rolled back": (forget_fay, {Fault.SIGN_UP_LOST}),
    "a confirmation that was acknowledged and is not stored": (
        changed("told", {"email": address(FAY)}, act=Act.CONFIRM),
        {Fault.CONFIRMATION_LOST},
    ),
    "a registration without its person": (
        changed("people", {"id": ADA}, email_key="else@example.org"),
        {Fault.CONFIRMATION_LOST, Fault.HALF_CONFIRMED, Fault.MISDELIVERED, Fault.AUDIT_UNFOUNDED},
    ),
    "a sign-up that is half confirmed": (changed("sign_ups", {"id": FAY}, is_confirmed=True), {Fault.HALF_CONFIRMED}),
    "a confirmed person without a seat": (without("seats", **seat(ADA, OPEN)), {Fault.SEAT_MISSING}),
    "a confirmed person who never asked to skip": (
        both(
            changed("seats", seat(ADA, OPEN), state=SeatState.SKIPPED, changes=1),
            added("audit", replace(clean_world().audit[-1], action="seat.skip", subject_id=seat_id(ADA, OPEN))),
        ),
        {Fault.UNASKED_SEAT},
    ),
    "a skip that was acknowledged and lost": (
        both(
            changed("seats", seat(BEN, LIMITED), state=SeatState.WAITING, queue_number=3, changes=0),
            without("audit", action="seat.skip", subject_id=seat_id(BEN, LIMITED)),
        ),
        {Fault.CHANGE_LOST},
    ),
    "a return that was acknowledged and lost": (
        both(
            changed("seats", seat(EVE, LIMITED), state=SeatState.SKIPPED, queue_number=3, changes=1),
            without("audit", action="seat.take_again"),
        ),
        {Fault.CHANGE_LOST},
    ),
    "two open sign-ups of one address": (
        both(
            added("sign_ups", SignUpRow(id=9, email_key=address(FAY), is_confirmed=False)),
            added("mails", replace(mail(clean_world(), confirm_mail(FAY)), id=99, key="confirm:9:1", message_id="m99")),
            changed("mails", {"id": 99}, sign_up_id=9, state=MailState.SKIPPED, reason="superseded", marked_at=None),
            added("audit", replace(clean_world().audit[0], subject_id=9)),
        ),
        {Fault.OPEN_TWICE},
    ),
    "two registrations of one address": (second_ada, {Fault.REGISTERED_TWICE, Fault.AUDIT_MISSING}),
    "two seats in one session": (
        added("seats", replace(clean_world().seats[-1], id=999)),
        {Fault.SEATED_TWICE},
    ),
    "one place too many": (
        changed("seats", seat(DAN, LIMITED), state=SeatState.CONFIRMED),
        {Fault.OVERSOLD},
    ),
    "an offer beyond the capacity": (
        changed("seats", seat(DAN, LIMITED), state=SeatState.OFFERED),
        {Fault.OVERSOLD},
    ),
    "one place too many for a moment": (
        added("samples", Sample(session_id=LIMITED, taken=3)),
        {Fault.OVERSOLD_FOR_A_MOMENT},
    ),
    "a place left free while others wait": (
        changed("seats", seat(CLEO, LIMITED), state=SeatState.LAPSED),
        {Fault.FREE_PLACE},
    ),
    "a queue number given twice": (
        changed("seats", seat(DAN, LIMITED), queue_number=1),
        {Fault.QUEUE_DUPLICATE, Fault.QUEUE_GAP},
    ),
    "a queue number that nobody got": (changed("seats", seat(DAN, LIMITED), queue_number=5), {Fault.QUEUE_GAP}),
    "a gap that no return explains": (
        changed("audit", {"action": "seat.take_again"}, state="confirmed"),
        {Fault.QUEUE_GAP},
    ),
    "somebody who waits without a number": (
        changed("seats", seat(EVE, LIMITED), queue_number=None),
        {Fault.QUEUE_NUMBER_MISSING},
    ),
    "a queue number used again after its seat was given up": (second_offer(1, 99), {Fault.QUEUE_ORDER}),
    "somebody promoted past the queue": (second_offer(2, 80), {Fault.QUEUE_ORDER}),
    "a sign-up without its mail": (
        both(without("mails", id=confirm_mail(FAY)), without("accepted", message_id=f"m{confirm_mail(FAY)}")),
        {Fault.SIGN_UP_WITHOUT_MAIL},
    ),
    "a sign-up mailed once for each time the form was sent": (
        added(
            "mails",
            replace(
                mail(clean_world(), 91),
                id=99,
                key="confirm:6:2",
                kind="weekly.confirm",
                message_id="m99",
                sign_up_id=FAY,
            ),
        ),
        {Fault.ASKED_TWICE},
    ),
    "a registration without its mail": (
        both(without("mails", id=welcome_mail(DAN)), without("accepted", message_id=f"m{welcome_mail(DAN)}")),
        {Fault.REGISTERED_WITHOUT_MAIL},
    ),
    "one mail in two rows": (
        added("mails", replace(mail(clean_world(), OFFER), id=80, kind="weekly.other", marked_at=None)),
        {Fault.MAIL_TWICE_IN_LEDGER, Fault.ACCEPTED_WITHOUT_ATTEMPT},
    ),
    "a mail left in the queue": (
        both(
            changed("mails", {"id": welcome_mail(DAN)}, state=MailState.QUEUED),
            without("accepted", message_id=f"m{welcome_mail(DAN)}"),
        ),
        {Fault.MAIL_FORGOTTEN},
    ),
    "a mail left in the hands of a dead worker": (
        both(
            changed("mails", {"id": welcome_mail(DAN)}, state=MailState.SENDING, next_at=NOW.replace(year=2028)),
            without("accepted", message_id=f"m{welcome_mail(DAN)}"),
        ),
        {Fault.MAIL_FORGOTTEN},
    ),
    "an unsent mail without a reason": (
        both(
            changed("mails", {"id": welcome_mail(DAN)}, state=MailState.FAILED),
            without("accepted", message_id=f"m{welcome_mail(DAN)}"),
        ),
        {Fault.MAIL_WITHOUT_REASON},
    ),
    "a mail said to be sent that never arrived": (
        without("accepted", message_id=f"m{welcome_mail(DAN)}"),
        {Fault.SENT_BUT_NOT_ACCEPTED},
    ),
    "a mail doubled": (added("accepted", accepted(welcome_mail(DAN), address(DAN))), DOUBLED),
    "a doubtful mail sent once more than its doubts allow": (
        added("accepted", accepted(welcome_mail(ADA), address(ADA))),
        DOUBLED,
    ),
    "a mail sent that the ledger calls cancelled": (
        changed("mails", {"id": OFFER}, state=MailState.CANCELLED, reason="withdrawn"),
        {Fault.ACCEPTED_BUT_UNSENT},
    ),
    "a mail sent before it was due": (
        added("accepted", accepted(91, address(ADA))),
        {Fault.ACCEPTED_BUT_UNSENT, Fault.ACCEPTED_WITHOUT_ATTEMPT},
    ),
    "a mail whose transaction was rolled back": (
        added("accepted", accepted(77, address(ADA))),
        {Fault.ACCEPTED_UNKNOWN},
    ),
    "a mail to somebody else": (
        changed("accepted", {"message_id": f"m{OFFER}"}, to=address(DAN)),
        {Fault.MISDELIVERED},
    ),
    "a mail in other words": (
        changed("accepted", {"message_id": f"m{OFFER}"}, content_hash="other"),
        {Fault.CONTENT_DIFFERS},
    ),
    "a sign-up without an audit entry": (
        without("audit", action="sign_up.ask", subject_id=FAY),
        {Fault.AUDIT_MISSING},
    ),
    "a confirmation without an audit entry": (
        without("audit", action="registration.confirm", subject_id=CLEO),
        {Fault.AUDIT_MISSING},
    ),
    "a confirmation recorded twice": (
        added("audit", replace(clean_world().audit[6], id=99)),
        {Fault.AUDIT_UNFOUNDED},
    ),
    "a skip without an audit entry": (
        without("audit", action="seat.skip", subject_id=seat_id(BEN, LIMITED)),
        {Fault.AUDIT_MISSING},
    ),
    "an audit entry whose change was rolled back": (
        added("audit", replace(clean_world().audit[-1], id=99, action="seat.skip", subject_id=seat_id(ADA, OPEN))),
        {Fault.AUDIT_UNFOUNDED},
    ),
}
