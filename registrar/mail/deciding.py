"""What becomes of claimed mails at the last moment: a letter that may leave, or the way they end without one."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import select

from registrar.db import DATABASE_FAULTS, DbSession, db
from registrar.mail import delivery
from registrar.mail.addresses import BadAddress
from registrar.mail.claims import LostClaim, Owner
from registrar.mail.delivery import Answer, Prepared
from registrar.mail.kinds import NotNeeded
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.mail.transactions import reading

log = structlog.get_logger()

Ending = Callable[..., None]
"""Writes how a mail ends that does not leave now: takes the database, the owner, the mail and `now`."""


class Decider:
    """Asks for one worker, and remembers at which mails the database has failed it."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._failed_at: Counter[int] = Counter()

    def decide_all(self, ids: list[int], now: datetime) -> list[tuple[int, Prepared | Ending]]:
        """Write letters with a few queries, or say how mails end; where one fails, it is asked alone."""
        decided: dict[int, Prepared | Ending] = {}
        while rest := [mail_id for mail_id in ids if mail_id not in decided]:
            answers = self._answers(rest, now)
            for mail_id, answer in answers.items():
                decided[mail_id] = self._decision(mail_id, answer, now)
            decided |= {mail_id: _nothing for mail_id in rest if mail_id not in answers and not _has_fault(answers)}
        return [(mail_id, decided[mail_id]) for mail_id in ids]

    def _answers(self, ids: list[int], now: datetime) -> dict[int, Answer]:
        try:
            with reading():
                mine = (OutboxMail.claimed_by == self._owner.name, OutboxMail.state == MailState.SENDING)
                mails = db.scalars(select(OutboxMail).where(OutboxMail.id.in_(ids), *mine)).all()
                return delivery.prepare_all(db, mails, now=now)
        except DATABASE_FAULTS as error:
            return dict.fromkeys(ids, error)

    def _decision(self, mail_id: int, answer: Answer, now: datetime) -> Prepared | Ending:
        if isinstance(answer, Prepared):
            return answer
        if isinstance(answer, NotNeeded):
            return partial(delivery.end_unsent, reason=answer.reason)
        return self._decide(mail_id, now)

    def _decide(self, mail_id: int, now: datetime) -> Prepared | Ending:
        """Write the letter or say how the mail ends, without keeping anybody else from writing to the database."""
        try:
            with reading():
                return delivery.prepare(db, held(db, self._owner, mail_id), now=now)
        except NotNeeded as no:
            return partial(delivery.end_unsent, reason=no.reason)
        except BadAddress as error:
            return partial(delivery.end_bad_address, error=error)
        except LostClaim:
            return _nothing
        except Exception as error:  # wide, because whatever one mail does, the others leave
            if isinstance(error, DATABASE_FAULTS) and not self._is_suspect(mail_id):
                raise
            log.exception("mail.cannot_be_written", mail=mail_id)
            return partial(delivery.end_fault, error=error)

    def _is_suspect(self, mail_id: int) -> bool:
        """Tell whether the database has failed so often at this mail that it is the mail and not the database."""
        self._failed_at[mail_id] += 1
        return self._failed_at[mail_id] > delivery.MOST_FAULTS


def held(db: DbSession, owner: Owner, mail_id: int) -> OutboxMail:
    """Return the mail if it is still this worker's, or raise `LostClaim`."""
    mail = db.get(OutboxMail, mail_id)
    if mail is None or mail.claimed_by != owner.name or mail.state is not MailState.SENDING:
        raise LostClaim
    return mail


def _nothing(_db: DbSession, _owner: Owner, _mail: OutboxMail, *, now: datetime) -> None:
    """Leave the mail to whoever has it now."""


def _has_fault(answers: dict[int, Answer]) -> bool:
    return any(not isinstance(answer, (Prepared, NotNeeded, BadAddress)) for answer in answers.values())
