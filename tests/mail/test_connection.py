"""The wire: stuffing, announced options, security and signing in, over real sockets."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from registrar.mail.rules import Outcome, OutcomeKind
from registrar.mail.rules import Stage as Met
from registrar.mail.smtp_url import Security
from registrar.mail.transport import SmtpTransport
from tests.mail.delivering import MAIL, UTF8_MAIL, Marker, accepted, address_of, connected, one_mail, send
from tests.smtp import Do, Offers, ScriptedServer, Stage, Step
from tests.smtp.certificates import contexts


def test_a_server_may_know_only_helo(tmp_path: Path) -> None:
    script = [Step(Stage.EHLO, Do.REPLY, "502 5.5.1 What?")]
    with connected(tmp_path, script) as (_, transport):
        assert send(transport).kind is OutcomeKind.ACCEPTED


def test_a_hello_that_is_refused_is_a_matter_of_policy(tmp_path: Path) -> None:
    with connected(tmp_path, [Step(Stage.EHLO, Do.REPLY, "554 5.7.1 Not you")]) as (_, transport):
        outcome = send(transport)

    assert (outcome.kind, outcome.stage, outcome.code) == (OutcomeKind.REJECTED_POLICY, Met.HELLO, 554)


def test_a_server_that_left_after_the_body_is_noticed_before_the_dot(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        outcome = send(transport, marker := Marker(server.hang_up))

    assert (outcome.kind, outcome.stage, outcome.code) == (OutcomeKind.DEFERRED, Met.BODY, None)
    assert (marker.calls, accepted(server), "." in server.play.commands) == (1, [], False)


@pytest.mark.parametrize(
    ("data", "arrives"),
    [
        (b"a\n.\nb", b"a\r\n.\r\nb\r\n"),
        (b"a\r.\rb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\r\n.\r\nMAIL FROM:<x@example.org>\r\n", b"a\r\n.\r\nMAIL FROM:<x@example.org>\r\n"),
        (b"..\n...\r\n", b"..\r\n...\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_no_body_can_end_the_mail_early(tmp_path: Path, data: bytes, arrives: bytes) -> None:
    with connected(tmp_path) as (server, transport):
        outcome = transport.deliver("bounces@example.org", "ana@example.org", data, Marker())

    assert outcome.kind is OutcomeKind.ACCEPTED
    assert [line[3] for line in accepted(server)] == [arrives]


def test_an_address_outside_ascii_goes_to_a_server_that_takes_it(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        outcome = transport.deliver("bounces@musée.example", "zoë@musée.example", UTF8_MAIL, Marker())

    assert outcome.kind is OutcomeKind.ACCEPTED
    assert list(server.play.commands)[1:3] == [
        "MAIL FROM:<bounces@xn--muse-dpa.example> BODY=8BITMIME SMTPUTF8",
        "RCPT TO:<zoë@xn--muse-dpa.example>",
    ]


def test_an_address_outside_ascii_is_refused_where_the_server_cannot_take_it(tmp_path: Path) -> None:
    with connected(tmp_path, offers=Offers(smtputf8=False)) as (_, transport):
        outcome = transport.deliver("bounces@example.org", "zoë@example.org", UTF8_MAIL, marker := Marker())
        assert send(transport).kind is OutcomeKind.ACCEPTED

    assert (outcome.kind, outcome.enhanced, outcome.suppress) == (OutcomeKind.REJECTED_RECIPIENT, "5.6.7", False)
    assert marker.calls == 0


def test_the_size_is_announced_to_a_server_that_wants_it(tmp_path: Path) -> None:
    with connected(tmp_path, offers=Offers(size=1_000_000)) as (server, transport):
        send(transport)

    assert server.play.commands[1] == f"MAIL FROM:<bounces@example.org> SIZE={len(MAIL)}"


def test_the_null_sender_is_sent_as_such(tmp_path: Path) -> None:
    with connected(tmp_path) as (server, transport):
        transport.deliver("", "ana@example.org", MAIL, Marker())

    assert server.play.commands[1] == "MAIL FROM:<>"


SIGNED_IN = {"username": "registrar", "password": "secret:/@"}
SIGNED_IN_USERS = {SIGNED_IN["username"]: SIGNED_IN["password"]}


def sent_securely(
    folder: Path, security: Security, script: Sequence[Step] = (), signed_in: dict[str, str] = SIGNED_IN
) -> tuple[Outcome, ScriptedServer]:
    served, trusted = contexts(folder)
    at_once = served if security is Security.TLS else None
    offers = Offers(users=SIGNED_IN_USERS, tls=served, tls_at_once=at_once)
    with ScriptedServer(folder / "journal", script, offers) as server:
        there = replace(address_of(server), security=security, **signed_in)  # type: ignore[arg-type]
        with closing(SmtpTransport(there, trusted)) as transport:
            outcome = send(transport)
            if outcome.kind is OutcomeKind.ACCEPTED:
                assert send(transport).kind is OutcomeKind.ACCEPTED
    return outcome, server


@pytest.mark.parametrize("security", list(Security))
def test_signing_in_works_with_every_kind_of_security_and_once_for_many_mails(
    tmp_path: Path, security: Security
) -> None:
    outcome, server = sent_securely(tmp_path, security)

    assert (outcome.kind, server.connections) == (OutcomeKind.ACCEPTED, 1)
    assert list(server.play.commands).count("AUTH") == 1
    assert ("STARTTLS" in server.play.commands) == (security is Security.STARTTLS)
    assert accepted(server) == one_mail() * 2


def test_bad_credentials_are_a_matter_of_policy(tmp_path: Path) -> None:
    outcome, _ = sent_securely(tmp_path, Security.STARTTLS, signed_in={"username": "registrar", "password": "wrong"})

    assert (outcome.kind, outcome.stage, outcome.code) == (OutcomeKind.REJECTED_POLICY, Met.AUTH, 535)


@pytest.mark.parametrize(
    ("step", "kind", "met"),
    [
        (Step(Stage.STARTTLS, Do.REPLY, "454 4.7.0 Not now"), OutcomeKind.REJECTED_POLICY, Met.TLS),
        (Step(Stage.STARTTLS, Do.DROP), OutcomeKind.DEFERRED, Met.CONNECT),
        (Step(Stage.AUTH, Do.REPLY, "454 4.7.0 Not now"), OutcomeKind.REJECTED_POLICY, Met.AUTH),
        (Step(Stage.AUTH, Do.REPLY, "421 Bye"), OutcomeKind.HOST_DEFERRED, Met.AUTH),
        (Step(Stage.AUTH, Do.DROP), OutcomeKind.DEFERRED, Met.CONNECT),
    ],
)
def test_a_fault_while_securing_fails_no_recipient(tmp_path: Path, step: Step, kind: OutcomeKind, met: Met) -> None:
    outcome, server = sent_securely(tmp_path, Security.STARTTLS, [step])

    assert (outcome.kind, outcome.stage, accepted(server)) == (kind, met, [])


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_nobody_vouches_for_is_a_matter_of_policy(tmp_path: Path, security: Security) -> None:
    served, _ = contexts(tmp_path)
    offers = Offers(tls=served, tls_at_once=served if security is Security.TLS else None)
    with ScriptedServer(tmp_path / "journal", offers=offers) as server:
        outcome = send(SmtpTransport(replace(address_of(server), security=security)))

    assert (outcome.kind, outcome.stage, accepted(server)) == (OutcomeKind.REJECTED_POLICY, Met.TLS, [])


def test_no_mail_goes_in_the_clear_where_tls_was_asked_for(tmp_path: Path) -> None:
    with ScriptedServer(tmp_path / "journal") as server:
        outcome = send(SmtpTransport(replace(address_of(server), security=Security.STARTTLS)))

    assert (outcome.kind, outcome.stage, outcome.enhanced) == (OutcomeKind.REJECTED_POLICY, Met.TLS, "5.7.4")


def test_signing_in_by_login_works_where_plain_is_not_offered(tmp_path: Path) -> None:
    offers = Offers(users=SIGNED_IN_USERS, mechanisms=("CRAM-MD5", "LOGIN"))
    with ScriptedServer(tmp_path / "journal", offers=offers) as server:
        there = replace(address_of(server), **SIGNED_IN)  # type: ignore[arg-type]
        with closing(SmtpTransport(there)) as transport:
            assert send(transport).kind is OutcomeKind.ACCEPTED


@pytest.mark.parametrize("offers", [Offers(), Offers(users=SIGNED_IN_USERS, mechanisms=("CRAM-MD5",))])
def test_a_server_without_a_known_sign_in_is_a_matter_of_policy(tmp_path: Path, offers: Offers) -> None:
    with ScriptedServer(tmp_path / "journal", offers=offers) as server:
        outcome = send(SmtpTransport(replace(address_of(server), username="a", password="b")))

    assert (outcome.kind, outcome.stage, outcome.enhanced) == (OutcomeKind.REJECTED_POLICY, Met.AUTH, "5.7.4")


def test_a_password_is_never_sent_in_the_clear_to_another_machine(tmp_path: Path) -> None:
    """This machine by another name than those that always mean it counts as another one."""
    with connected(tmp_path) as (server, _):
        elsewhere = replace(
            address_of(server), host="127.0.0.2", username="registrar", password="secret", security=Security.PLAIN
        )
        with closing(SmtpTransport(elsewhere)) as transport:
            outcome = send(transport, marker := Marker())

        assert (outcome.kind, outcome.stage, outcome.code) == (OutcomeKind.REJECTED_POLICY, Met.AUTH, 504)
        assert (marker.calls, server.connections, list(server.play.commands)) == (0, 0, [])
