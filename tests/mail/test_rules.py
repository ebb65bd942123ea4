"""The rules of mail: moves, what answers mean, and waits."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrar.errors import IllegalTransition
from registrar.mail.rules import (
    TERMINAL,
    TRANSITIONS,
    Lane,
    MailState,
    OutcomeKind,
    Stage,
    classify,
    enhanced_status,
    move,
    outcome,
    retry_delay,
)


@pytest.mark.parametrize(("current", "to"), list(product(MailState, MailState)))
def test_a_mail_moves_exactly_along_the_table(current: MailState, to: MailState) -> None:
    if to in TRANSITIONS[current]:
        assert move(current, to) is to
    else:
        with pytest.raises(IllegalTransition):
            move(current, to)


def test_the_ends_are_sent_failed_skipped_and_cancelled() -> None:
    assert {MailState.SENT, MailState.FAILED, MailState.SKIPPED, MailState.CANCELLED} == TERMINAL


def test_every_state_can_reach_an_end() -> None:
    reaching = set(TERMINAL)
    for _ in MailState:
        reaching |= {state for state in MailState if TRANSITIONS[state] & reaching}
    assert reaching == set(MailState)


def test_personal_mail_goes_before_reminders_and_campaigns() -> None:
    assert sorted(Lane) == [Lane.PERSONAL, Lane.REMINDER, Lane.CAMPAIGN]


@pytest.mark.parametrize(
    ("stage", "code", "text", "kind"),
    [
        (Stage.DOT, 250, "2.0.0 Ok", OutcomeKind.ACCEPTED),
        (Stage.CONNECT, None, "refused", OutcomeKind.DEFERRED),
        (Stage.AUTH, None, "timed out", OutcomeKind.DEFERRED),
        (Stage.RCPT, None, "timed out", OutcomeKind.DEFERRED),
        (Stage.BODY, None, "reset", OutcomeKind.DEFERRED),
        (Stage.BODY, 250, "out of place", OutcomeKind.DEFERRED),
        (Stage.DOT, None, "reset", OutcomeKind.IN_DOUBT),
        (Stage.DOT, 354, "out of place", OutcomeKind.IN_DOUBT),
        (Stage.TLS, None, "certificate has expired", OutcomeKind.REJECTED_POLICY),
        (Stage.TLS, 454, "4.7.0 TLS not available", OutcomeKind.REJECTED_POLICY),
        (Stage.AUTH, 535, "5.7.8 Bad credentials", OutcomeKind.REJECTED_POLICY),
        (Stage.AUTH, 454, "4.7.0 Temporary authentication failure", OutcomeKind.REJECTED_POLICY),
        (Stage.AUTH, 421, "closing", OutcomeKind.HOST_DEFERRED),
        (Stage.CONNECT, 421, "too busy", OutcomeKind.HOST_DEFERRED),
        (Stage.CONNECT, 450, "later", OutcomeKind.HOST_DEFERRED),
        (Stage.CONNECT, 554, "No SMTP service here", OutcomeKind.REJECTED_POLICY),
        (Stage.HELLO, 501, "bad name", OutcomeKind.REJECTED_POLICY),
        (Stage.MAIL, 452, "4.3.1 disk full", OutcomeKind.DEFERRED),
        (Stage.MAIL, 530, "5.7.0 Authentication required", OutcomeKind.REJECTED_POLICY),
        (Stage.MAIL, 553, "sender refused", OutcomeKind.REJECTED_POLICY),
        (Stage.MAIL, 552, "5.3.4 too large", OutcomeKind.REJECTED_CONTENT),
        (Stage.MAIL, 552, "too large", OutcomeKind.REJECTED_CONTENT),
        (Stage.RCPT, 421, "4.7.0 slow down", OutcomeKind.HOST_DEFERRED),
        (Stage.RCPT, 450, "4.2.1 mailbox busy", OutcomeKind.DEFERRED),
        (Stage.RCPT, 450, "4.7.1 come back", OutcomeKind.GREYLISTED),
        (Stage.RCPT, 451, "Greylisted, try again", OutcomeKind.GREYLISTED),
        (Stage.RCPT, 452, "4.7.1 unusual", OutcomeKind.DEFERRED),
        (Stage.DOT, 451, "4.7.1 gray-listed", OutcomeKind.GREYLISTED),
        (Stage.RCPT, 550, "5.1.1 No such user", OutcomeKind.REJECTED_RECIPIENT),
        (Stage.RCPT, 550, "No such user", OutcomeKind.REJECTED_RECIPIENT),
        (Stage.RCPT, 552, "5.2.2 Mailbox full", OutcomeKind.REJECTED_RECIPIENT),
        (Stage.RCPT, 550, "5.1.8 Bad sender", OutcomeKind.REJECTED_POLICY),
        (Stage.RCPT, 554, "5.7.1 Relay access denied", OutcomeKind.REJECTED_POLICY),
        (Stage.DATA, 554, "No valid recipients", OutcomeKind.REJECTED_CONTENT),
        (Stage.DOT, 421, "closing", OutcomeKind.HOST_DEFERRED),
        (Stage.DOT, 552, "too large", OutcomeKind.REJECTED_CONTENT),
        (Stage.DOT, 552, "5.2.3 too large for this mailbox", OutcomeKind.REJECTED_CONTENT),
        (Stage.DOT, 554, "5.6.0 bad content", OutcomeKind.REJECTED_CONTENT),
        (Stage.DOT, 554, "5.7.1 spam", OutcomeKind.REJECTED_POLICY),
        (Stage.DOT, 550, "5.1.1 No such user", OutcomeKind.REJECTED_RECIPIENT),
        (Stage.DOT, 552, "5.2.2 Mailbox full", OutcomeKind.REJECTED_RECIPIENT),
    ],
)
def test_an_answer_has_one_meaning(stage: Stage, code: int | None, text: str, kind: OutcomeKind) -> None:
    assert classify(stage, code, text) is kind


@given(st.sampled_from(Stage), st.none() | st.integers(0, 999), st.text())
def test_only_an_answer_to_the_dot_accepts_and_only_silence_after_it_leaves_doubt(
    stage: Stage, code: int | None, text: str
) -> None:
    kind = classify(stage, code, text)

    answered = code is not None and 400 <= code < 600
    accepted = stage is Stage.DOT and code is not None and 200 <= code < 300
    assert (kind is OutcomeKind.ACCEPTED) == accepted
    assert (kind is OutcomeKind.IN_DOUBT) == (stage is Stage.DOT and not answered and not accepted)


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        (550, "5.1.1 No such user", "5.1.1"),
        (550, "5.1.1", "5.1.1"),
        (550, "5.1.1x", None),
        (450, "5.1.1 does not agree", None),
        (550, "Version 5.1.1", None),
        (None, "5.1.1 lost", None),
    ],
)
def test_an_enhanced_status_opens_the_reply_and_agrees_with_its_code(
    code: int | None, text: str, status: str | None
) -> None:
    assert enhanced_status(code, text) == status


@pytest.mark.parametrize(
    ("stage", "text", "suppress"),
    [
        (Stage.RCPT, "5.1.1 No such user", True),
        (Stage.DOT, "5.1.10 Null MX", True),
        (Stage.RCPT, "5.2.2 Mailbox full", False),
        (Stage.RCPT, "No such user", False),
        (Stage.RCPT, "5.1.8 Bad sender", False),
        (Stage.MAIL, "5.1.7 Bad sender", False),
    ],
)
def test_an_address_is_suppressed_only_when_the_address_is_bad(stage: Stage, text: str, suppress: bool) -> None:
    assert outcome(stage, 550, text).suppress == suppress


def test_the_text_of_an_outcome_is_trimmed_and_names_nobody() -> None:
    answer = outcome(Stage.RCPT, 550, "5.1.1 <ana@example.org>:\r\n  unknown " + "x" * 400)

    assert answer.text == ("5.1.1 <…>: unknown " + "x" * 400)[:300]


@pytest.mark.parametrize(
    ("attempt", "jitter", "minutes"), [(1, 0, 1), (1, 1, 2), (2, 0, 2), (5, 1, 32), (9, 0, 180), (9, 1, 360)]
)
def test_waits_double_from_a_minute_to_six_hours(attempt: int, jitter: float, minutes: int) -> None:
    assert retry_delay(attempt, jitter) == timedelta(minutes=minutes)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_wait_is_never_under_a_minute_nor_over_six_hours(attempt: int, jitter: float) -> None:
    assert timedelta(minutes=1) <= retry_delay(attempt, jitter) <= timedelta(hours=6)


@given(st.integers(1, 100), st.floats(0, 1))
def test_greylisting_waits_five_minutes_or_more(attempt: int, jitter: float) -> None:
    wait = retry_delay(attempt, jitter, OutcomeKind.GREYLISTED)

    assert wait >= max(timedelta(minutes=5), retry_delay(attempt, jitter))
