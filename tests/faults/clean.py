"""A small world in which nothing is wrong although much has happened: the ground in which tests plant faults.

Session 1 has two places, session 2 has no limit. Ada and Ben came first, Cleo, Dan and Eve wait; Ben gives his place
up, so that Cleo is offered it; Eve leaves the queue and returns to its end; Fay has not confirmed; Gus got no answer.
"""

from datetime import UTC, datetime, timedelta

from registrar.mail.rules import MailState, OutcomeKind
from registrar.weekly.rules import SeatState
from tests.faults.world import (
    Accepted,
    Act,
    Answer,
    AttemptRow,
    AuditRow,
    MailRow,
    PersonRow,
    RegistrationRow,
    Sample,
    SeatRow,
    SessionRow,
    SignUpRow,
    Told,
    World,
)

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
ADA, BEN, CLEO, DAN, EVE, FAY, GUS = range(1, 8)
NAMES = {ADA: "ada", BEN: "ben", CLEO: "cleo", DAN: "dan", EVE: "eve", FAY: "fay", GUS: "gus"}
SIGNED_UP = (ADA, BEN, CLEO, DAN, EVE, FAY)
REGISTERED = (ADA, BEN, CLEO, DAN, EVE)
LIMITED, OPEN = 1, 2
OFFER, REMINDER = 90, 91


def address(who: int) -> str:
    return f"{NAMES[who]}@example.org"


def seat_id(who: int, session: int) -> int:
    return 10 * who + session


def clean_world() -> World:
    return World(
        drained_at=NOW,
        told=_told(),
        samples=(Sample(session_id=LIMITED, taken=1), Sample(session_id=LIMITED, taken=2)),
        sessions=(SessionRow(id=LIMITED, capacity=2), SessionRow(id=OPEN, capacity=None)),
        sign_ups=tuple(SignUpRow(id=who, email_key=address(who), is_confirmed=who != FAY) for who in SIGNED_UP),
        people=tuple(PersonRow(id=who, email_key=address(who)) for who in REGISTERED),
        registrations=tuple(RegistrationRow(id=who, programme_id=1, person_id=who) for who in REGISTERED),
        seats=_seats(),
        mails=_mails(),
        attempts=_attempts(),
        audit=_audit(),
        accepted=_accepted(),
    )


def _told() -> tuple[Told, ...]:
    told = [_line(who, 1, Act.SIGN_UP) for who in SIGNED_UP]
    told.append(_line(GUS, 1, Act.SIGN_UP, Answer.NONE))
    told += [_line(who, 2, Act.CONFIRM, Answer.YES, LIMITED, OPEN) for who in REGISTERED]
    told.append(_line(BEN, 3, Act.SKIP, Answer.YES, LIMITED))
    told += [_line(EVE, 3, Act.SKIP, Answer.YES, LIMITED), _line(EVE, 4, Act.RETURN, Answer.YES, LIMITED)]
    told += [_line(DAN, 3, Act.SKIP, Answer.NONE, OPEN)]
    return tuple(told)


def _line(who: int, number: int, act: Act, answer: Answer = Answer.YES, *sessions: int) -> Told:
    status = 303 if answer is Answer.YES else None
    return Told(client=who, number=number, act=act, email=address(who), answer=answer, status=status, sessions=sessions)


def _seats() -> tuple[SeatRow, ...]:
    changed = {
        ADA: (SeatState.CONFIRMED, None, 0),
        BEN: (SeatState.SKIPPED, None, 1),
        CLEO: (SeatState.OFFERED, 1, 0),
        DAN: (SeatState.WAITING, 2, 0),
        EVE: (SeatState.WAITING, 4, 2),
    }
    limited = [_seat(who, LIMITED, *values) for who, values in changed.items()]
    return tuple(limited + [_seat(who, OPEN, SeatState.CONFIRMED, None, 0) for who in REGISTERED])


def _seat(who: int, session: int, state: SeatState, number: int | None, changes: int) -> SeatRow:
    return SeatRow(
        id=seat_id(who, session),
        registration_id=who,
        session_id=session,
        state=state,
        queue_number=number,
        changes=changes,
    )


def confirm_mail(who: int) -> int:
    return 10 + who


def welcome_mail(who: int) -> int:
    return 20 + who


def _mails() -> tuple[MailRow, ...]:
    asked = [_mail(confirm_mail(who), f"confirm:{who}:1", "weekly.confirm", sign_up_id=who) for who in SIGNED_UP]
    told = [
        _mail(welcome_mail(who), f"confirmed:{who}:{who}", "weekly.confirmed", registration_id=who)
        for who in REGISTERED
    ]
    later = NOW + timedelta(days=1)
    offer = _mail(OFFER, f"offer:{seat_id(CLEO, LIMITED)}:1", "weekly.offer", registration_id=CLEO, session_id=LIMITED)
    reminder = _mail(
        REMINDER, "reminder:1:1:1:g0", "reminders.before", MailState.QUEUED, registration_id=ADA, next_at=later
    )
    return (*asked, *told, offer, reminder)


def _mail(
    id: int,
    key: str,
    kind: str,
    state: MailState = MailState.SENT,
    *,
    next_at: datetime = NOW,
    sign_up_id: int | None = None,
    registration_id: int | None = None,
    session_id: int | None = None,
) -> MailRow:
    return MailRow(
        id=id,
        key=key,
        kind=kind,
        state=state,
        reason=None,
        next_at=next_at,
        message_id=f"m{id}",
        content_hash=f"h{id}",
        sign_up_id=sign_up_id,
        registration_id=registration_id,
        session_id=session_id,
        marked_at=NOW if state is MailState.SENT else None,
    )


def _attempts() -> tuple[AttemptRow, ...]:
    """Every mail once; Ada's welcome was in doubt and sent again."""
    doubtful = AttemptRow(mail_id=welcome_mail(ADA), outcome=OutcomeKind.IN_DOUBT, ended_at=NOW)
    sent = [each.id for each in _mails() if each.state is MailState.SENT]
    return (doubtful, *(AttemptRow(mail_id=id, outcome=OutcomeKind.ACCEPTED, ended_at=NOW) for id in sent))


def _accepted() -> tuple[Accepted, ...]:
    to = {mail.id: mail.sign_up_id or mail.registration_id or 0 for mail in _mails()}
    sent = [each.id for each in _mails() if each.state is MailState.SENT]
    return tuple(accepted(id, address(to[id])) for id in [*sent, welcome_mail(ADA)])


def accepted(mail_id: int, to: str) -> Accepted:
    return Accepted(message_id=f"m{mail_id}", to=to, content_hash=f"h{mail_id}", began_at=NOW)


def _audit() -> tuple[AuditRow, ...]:
    entries = [("sign_up.ask", "sign_up", who, None) for who in SIGNED_UP]
    entries += [("registration.confirm", "registration", who, None) for who in REGISTERED]
    entries += [("seat.skip", "seat", seat_id(BEN, LIMITED), None), ("seat.skip", "seat", seat_id(EVE, LIMITED), None)]
    entries += [("seat.offer", "seat", seat_id(CLEO, LIMITED), None)]
    rows = [*entries, ("seat.take_again", "seat", seat_id(EVE, LIMITED), "waiting")]
    return tuple(
        AuditRow(id=id, action=action, subject=subject, subject_id=subject_id, state=state)
        for id, (action, subject, subject_id, state) in enumerate(rows, start=1)
    )
