"""Delivery over real sockets: every outcome, the order of the marker, and the connection that is kept."""

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from registrar.mail.addresses import BadAddress
from registrar.mail.rules import Outcome, OutcomeKind
from registrar.mail.rules import Stage as Met
from registrar.mail.smtp_url import SmtpServer, Timeouts
from registrar.mail.stuffing import stuffed
from registrar.mail.transport import SmtpTransport
from tests.mail.delivering import MAIL, Marker, accepted, address_of, connected, one_mail, send
from tests.smtp import Do, ScriptedServer, Stage, Step
from tests.smtp.play import GONE


def test_an_accepted_mail_arrives_as_it_was(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        outcome = send(transport, marker := Marker())

    assert outcome == Outcome(OutcomeKind.ACCEPTED, Met.DOT, 250, "2.0.0", "2.0.0 Kept")
    assert marker.calls == 1
    assert accepted(server) == one_mail()


def test_the_marker_comes_after_the_body_and_before_the_dot(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        seen: list[object] = []

        def look() -> None:
            seen.append(server.play.wait_for_body(len(stuffed(MAIL))))
            seen.append((server.play.commands[-1], accepted(server)))

        send(transport, Marker(look))

    assert seen == [True, ("DATA", [])]
    assert list(server.play.commands) == [
        "ehlo [127.0.0.1]",
        "MAIL FROM:<bounces@example.org>",
        "RCPT TO:<ana@example.org>",
        "DATA",
        ".",
        "QUIT",
        GONE,
    ]


def test_a_marker_that_fails_keeps_the_mail_from_being_sent(tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("The database is gone.")

    with connected(tmp_path) as (server, transport):
        with pytest.raises(RuntimeError):
            send(transport, Marker(fail))
        assert server.play.wait_for(GONE)
        assert accepted(server) == []
        assert send(transport).kind is OutcomeKind.ACCEPTED

    assert accepted(server) == one_mail()
    assert list(server.play.commands).count(".") == 1


@pytest.mark.parametrize(
    ("step", "kind", "met", "code", "enhanced", "suppress"),
    [
        (Step(Stage.CONNECT, Do.REPLY, "421 4.3.2 Busy"), OutcomeKind.HOST_DEFERRED, Met.CONNECT, 421, "4.3.2", False),
        (Step(Stage.CONNECT, Do.REPLY, "554 Go away"), OutcomeKind.REJECTED_POLICY, Met.CONNECT, 554, None, False),
        (Step(Stage.CONNECT, Do.DROP), OutcomeKind.DEFERRED, Met.CONNECT, None, None, False),
        (Step(Stage.EHLO, Do.REPLY, "421 Busy"), OutcomeKind.HOST_DEFERRED, Met.HELLO, 421, None, False),
        (Step(Stage.EHLO, Do.DROP), OutcomeKind.DEFERRED, Met.CONNECT, None, None, False),
        (Step(Stage.MAIL, Do.REPLY, "421 Bye"), OutcomeKind.HOST_DEFERRED, Met.MAIL, 421, None, False),
        (Step(Stage.MAIL, Do.REPLY, "530 5.7.0 Who?"), OutcomeKind.REJECTED_POLICY, Met.MAIL, 530, "5.7.0", False),
        (Step(Stage.MAIL, Do.DROP), OutcomeKind.DEFERRED, Met.MAIL, None, None, False),
        (Step(Stage.RCPT, Do.REPLY, "421 4.7.0 Slow"), OutcomeKind.HOST_DEFERRED, Met.RCPT, 421, "4.7.0", False),
        (Step(Stage.RCPT, Do.REPLY, "450 4.2.1 Busy"), OutcomeKind.DEFERRED, Met.RCPT, 450, "4.2.1", False),
        (Step(Stage.RCPT, Do.REPLY, "451 4.7.1 Greylisted"), OutcomeKind.GREYLISTED, Met.RCPT, 451, "4.7.1", False),
        (Step(Stage.RCPT, Do.REPLY, "550 5.1.1 None"), OutcomeKind.REJECTED_RECIPIENT, Met.RCPT, 550, "5.1.1", True),
        (Step(Stage.RCPT, Do.REPLY, "552 5.2.2 Full"), OutcomeKind.REJECTED_RECIPIENT, Met.RCPT, 552, "5.2.2", False),
        (Step(Stage.RCPT, Do.REPLY, "554 5.7.1 Relay"), OutcomeKind.REJECTED_POLICY, Met.RCPT, 554, "5.7.1", False),
        (Step(Stage.RCPT, Do.REPLY, "gibberish"), OutcomeKind.DEFERRED, Met.RCPT, None, None, False),
        (Step(Stage.RCPT, Do.DROP), OutcomeKind.DEFERRED, Met.RCPT, None, None, False),
        (Step(Stage.DATA, Do.REPLY, "554 No"), OutcomeKind.REJECTED_CONTENT, Met.DATA, 554, None, False),
        (Step(Stage.DATA, Do.REPLY, "250 Out of place"), OutcomeKind.DEFERRED, Met.DATA, 250, None, False),
        (Step(Stage.DATA, Do.DROP), OutcomeKind.DEFERRED, Met.DATA, None, None, False),
    ],
    ids=lambda value: f"{value.stage}-{value.do}-{value.text[:5].strip()}" if isinstance(value, Step) else "",
)
def test_a_refusal_before_the_body_calls_no_marker(
    tmp_path: Path, step: Step, kind: OutcomeKind, met: Met, code: int | None, enhanced: str | None, suppress: bool
) -> None:
    script = [replace(step, times=1)]
    with connected(tmp_path, script) as (server, transport):
        outcome = send(transport, marker := Marker())
        again = send(transport)

    assert (outcome.kind, outcome.stage, outcome.code, outcome.enhanced) == (kind, met, code, enhanced)
    assert (outcome.suppress, marker.calls) == (suppress, 0)
    assert again.kind is OutcomeKind.ACCEPTED
    assert accepted(server) == one_mail()


@pytest.mark.parametrize(
    ("reply", "kind", "enhanced"),
    [
        ("421 4.3.2 Closing", OutcomeKind.HOST_DEFERRED, "4.3.2"),
        ("451 4.3.0 Later", OutcomeKind.DEFERRED, "4.3.0"),
        ("451 4.7.1 Greylisted", OutcomeKind.GREYLISTED, "4.7.1"),
        ("552 Too large", OutcomeKind.REJECTED_CONTENT, None),
        ("554 5.7.1 Spam", OutcomeKind.REJECTED_POLICY, "5.7.1"),
        ("550 5.1.1 None", OutcomeKind.REJECTED_RECIPIENT, "5.1.1"),
        ("354 Out of place", OutcomeKind.IN_DOUBT, None),
        ("250 " + "x" * 9000, OutcomeKind.IN_DOUBT, None),
    ],
)
def test_an_answer_to_the_dot_settles_the_mail(
    tmp_path: Path, reply: str, kind: OutcomeKind, enhanced: str | None
) -> None:
    script = [Step(Stage.DOT, Do.REPLY, reply, times=1)]
    with connected(tmp_path, script) as (server, transport):
        outcome = send(transport, marker := Marker())
        again = send(transport)

    assert (outcome.kind, outcome.stage, outcome.enhanced, marker.calls) == (kind, Met.DOT, enhanced, 1)
    assert again.kind is OutcomeKind.ACCEPTED
    assert accepted(server) == one_mail()


@pytest.mark.parametrize(
    ("do", "journal"),
    [
        (Do.ACCEPT_THEN_DROP, one_mail("accept_then_drop")),
        (Do.ACCEPT_THEN_SILENCE, one_mail("accept_then_silence")),
        (Do.DROP, []),
        (Do.SILENCE, []),
    ],
)
def test_a_loss_after_the_dot_leaves_the_mail_in_doubt(tmp_path: Path, do: Do, journal: list[object]) -> None:
    with ScriptedServer(tmp_path / "journal", [Step(Stage.DOT, do)]) as server:
        patience = Timeouts(connect=10, answer=10, final=0.1)
        with closing(SmtpTransport(replace(address_of(server), timeouts=patience))) as transport:
            outcome = send(transport, marker := Marker())

        assert server.play.wait_for(".")

    assert (outcome.kind, outcome.stage, outcome.code, marker.calls) == (OutcomeKind.IN_DOUBT, Met.DOT, None, 1)
    assert accepted(server) == journal


def test_a_connection_lost_in_the_body_defers_and_calls_no_marker(tmp_path: Path) -> None:
    large = MAIL + b"a long line of text to fill every buffer between us\r\n" * 400_000
    script = [Step(Stage.BODY, Do.DROP, times=1)]
    with connected(tmp_path, script) as (server, transport):
        outcome = transport.deliver("bounces@example.org", "ana@example.org", large, marker := Marker())

    assert (outcome.kind, outcome.stage, marker.calls) == (OutcomeKind.DEFERRED, Met.BODY, 0)
    assert accepted(server) == []


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.EHLO, Stage.MAIL, Stage.RCPT, Stage.DATA])
def test_silence_defers_and_calls_no_marker(tmp_path: Path, stage: Stage) -> None:
    with ScriptedServer(tmp_path / "journal", [Step(stage, Do.SILENCE)]) as server:
        patience = Timeouts(connect=0.1, answer=0.1, final=10)
        with closing(SmtpTransport(replace(address_of(server), timeouts=patience))) as transport:
            outcome = send(transport, marker := Marker())

    assert (outcome.kind, outcome.code, marker.calls) == (OutcomeKind.DEFERRED, None, 0)


def test_a_slow_answer_within_patience_is_an_answer(tmp_path: Path) -> None:
    script = [Step(stage, Do.SLOW, seconds=0.05) for stage in (Stage.CONNECT, Stage.RCPT, Stage.DOT)]
    with connected(tmp_path, script) as (_, transport):
        assert send(transport).kind is OutcomeKind.ACCEPTED


def test_a_server_that_is_not_there_defers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    transport = SmtpTransport(SmtpServer("127.0.0.1", port))

    outcome = send(transport, marker := Marker())

    assert (outcome.kind, outcome.stage, marker.calls) == (OutcomeKind.DEFERRED, Met.CONNECT, 0)


def test_one_connection_carries_many_mails_with_one_recipient_each(tmp_path: Path) -> None:
    people = [f"person{number}@example.org" for number in range(20)]
    with connected(tmp_path) as (server, transport):
        kinds = [send(transport, to=person).kind for person in people]

    assert kinds == [OutcomeKind.ACCEPTED] * 20
    assert [line[1] for line in accepted(server)] == [[person] for person in people]
    assert server.connections == 1


def test_a_refused_recipient_does_not_cost_the_connection(tmp_path: Path) -> None:
    script = [Step(Stage.RCPT, Do.REPLY, "550 5.1.1 No", recipient="nobody@example.org")]
    with connected(tmp_path, script) as (server, transport):
        kinds = [send(transport, to=to).kind for to in ("nobody@example.org", "ana@example.org")]

    assert kinds == [OutcomeKind.REJECTED_RECIPIENT, OutcomeKind.ACCEPTED]
    assert (accepted(server), server.connections) == (one_mail(), 1)


@pytest.mark.parametrize("fault", [Step(Stage.RSET, Do.DROP), Step(Stage.RSET, Do.REPLY, "500 What?")])
def test_a_connection_that_cannot_forget_a_refusal_is_given_up(tmp_path: Path, fault: Step) -> None:
    script = [Step(Stage.RCPT, Do.REPLY, "550 5.1.1 No", recipient="nobody@example.org"), fault]
    with connected(tmp_path, script) as (server, transport):
        kinds = [send(transport, to=to).kind for to in ("nobody@example.org", "ana@example.org")]

    assert kinds == [OutcomeKind.REJECTED_RECIPIENT, OutcomeKind.ACCEPTED]
    assert (accepted(server), server.connections) == (one_mail(), 2)


def test_a_connection_that_was_dropped_meanwhile_is_opened_again(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        send(transport)
        server.hang_up()
        outcome = send(transport, marker := Marker())

    assert (outcome.kind, marker.calls, server.connections) == (OutcomeKind.ACCEPTED, 1, 2)


@pytest.mark.parametrize("fault", [Step(Stage.MAIL, Do.DROP), Step(Stage.MAIL, Do.REPLY, "421 Enough for one")])
def test_a_kept_connection_that_fails_at_once_is_tried_anew(tmp_path: Path, fault: Step) -> None:
    script = [replace(fault, transaction=2)]
    with connected(tmp_path, script) as (server, transport):
        send(transport)
        outcome = send(transport, marker := Marker())

    assert (outcome.kind, marker.calls, server.connections) == (OutcomeKind.ACCEPTED, 1, 2)
    assert accepted(server) == one_mail() * 2


def test_a_connection_idle_for_too_long_is_not_trusted(tmp_path: Path) -> None:
    with ScriptedServer(tmp_path / "journal") as server:
        forgetful = replace(address_of(server), timeouts=Timeouts(connect=10, answer=10, final=10, idle=0))
        with closing(SmtpTransport(forgetful)) as transport:
            kinds = [send(transport).kind, send(transport).kind]

    assert (kinds, server.connections) == ([OutcomeKind.ACCEPTED] * 2, 2)


@pytest.mark.parametrize("to", ["", "ana", "ana@example.org\r\nRCPT TO:<all@example.org>", "a>@example.org"])
def test_what_is_no_address_is_a_refused_recipient(to: str) -> None:
    outcome = send(SmtpTransport(SmtpServer("127.0.0.1", 1)), marker := Marker(), to)

    assert (outcome.kind, outcome.suppress, marker.calls) == (OutcomeKind.REJECTED_RECIPIENT, True, 0)


def test_a_bad_sender_is_a_fault_of_the_program() -> None:
    with pytest.raises(BadAddress):
        SmtpTransport(SmtpServer("127.0.0.1", 1)).deliver("no sender", "ana@example.org", MAIL, Marker())


def test_the_text_of_an_outcome_names_nobody(tmp_path: Path) -> None:
    script = [Step(Stage.RCPT, Do.REPLY, "550-5.1.1 <ana@example.org>:\r\n550 5.1.1 unknown")]
    with connected(tmp_path, script) as (_, transport):
        assert send(transport).text == "5.1.1 <…>: 5.1.1 unknown"
