"""What the server is told to do, and what it offers."""

import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    KEPT = "kept"
    """The mail is in the journal, the answer to the dot not yet sent."""
    ANSWERED = "answered"
    """The answer to the dot has left."""
    RSET = "rset"


class Do(StrEnum):
    """What happens at the stage; the last two keep the mail in the journal, as a server that did accept it.

    SLOW waits `seconds` and then goes on as usual; TRICKLE sends its answer octet by octet, `seconds` in all;
    STRIKE calls what the test has left in `Play.strike` and goes on; SILENCE answers nothing until the client leaves;
    DROP at BODY hangs up after the first octets, before the dot.
    """

    REPLY = "reply"
    SLOW = "slow"
    TRICKLE = "trickle"
    STRIKE = "strike"
    SILENCE = "silence"
    DROP = "drop"
    ACCEPT_THEN_DROP = "accept_then_drop"
    ACCEPT_THEN_SILENCE = "accept_then_silence"


GOES_ON = frozenset({Do.SLOW, Do.TRICKLE, Do.STRIKE})
KEEPS_THE_MAIL = frozenset({*GOES_ON, Do.ACCEPT_THEN_DROP, Do.ACCEPT_THEN_SILENCE})


@dataclass(frozen=True)
class Step:
    """At this stage do this, where all given conditions hold, at most `times` times.

    `connection` and `transaction` count from 1 over the life of the server; a transaction begins with MAIL,
    and `recipient` is known from RCPT on.
    """

    stage: Stage
    do: Do
    text: str = ""
    recipient: str | None = None
    connection: int | None = None
    transaction: int | None = None
    times: int | None = None
    seconds: float = 0.0

    def fits(self, stage: Stage, connection: int, transaction: int, recipients: Sequence[str]) -> bool:
        return (
            self.stage is stage
            and self.connection in (None, connection)
            and self.transaction in (None, transaction)
            and (self.recipient is None or self.recipient in recipients)
        )


@dataclass(frozen=True)
class Offers:
    """What EHLO announces, and who may sign in; `tls` is offered by STARTTLS, `tls_at_once` from the first octet."""

    smtputf8: bool = True
    size: int | None = None
    users: dict[str, str] = field(default_factory=dict)
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    tls: ssl.SSLContext | None = None
    tls_at_once: ssl.SSLContext | None = None


def read_script(text: str) -> list[Step]:
    """Read a JSON list of steps: `[{"stage": "rcpt", "do": "reply", "text": "451 …", "times": 1}]`."""
    return [Step(**{**step, "stage": Stage(step["stage"]), "do": Do(step["do"])}) for step in json.loads(text)]
