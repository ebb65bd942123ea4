"""A mailbox is read over a real connection, and marked only after what was read is stored."""

from pathlib import Path

import pytest

from registrar.mail.bounces.imap import FAULTS, ImapMailbox
from registrar.mail.bounces.parsing import MOST_BYTES
from tests.mail.bounces.imap_server import serving
from tests.smtp.certificates import contexts


def test_what_is_unseen_is_read_and_stays_unseen_until_it_is_done() -> None:
    with serving([b"one", b"two"]) as server:
        mailbox = ImapMailbox(server.url())
        read = list(mailbox.unread())
        seen_before = set(server.seen)
        mailbox.done("11")
        mailbox.close()

        assert read == [("11", b"one"), ("12", b"two")]
        assert (seen_before, server.seen) == (set(), {11})
        assert server.journal[1:3] == [r'LOGIN bounces@x.example "pass word\""', 'SELECT "Bounces here"']
        assert server.journal[-1] == "LOGOUT"


def test_without_a_folder_it_is_the_inbox() -> None:
    with serving([]) as server:
        mailbox = ImapMailbox(server.url(folder=""))
        mailbox.close()

        assert server.journal[2] == 'SELECT "INBOX"'


def test_of_a_huge_mail_only_the_beginning_is_fetched() -> None:
    with serving([b"x" * (MOST_BYTES + 9)]) as server:
        mailbox = ImapMailbox(server.url())
        ((_uid, raw),) = mailbox.unread()
        mailbox.close()

    assert len(raw) == MOST_BYTES


@pytest.mark.parametrize("command", ["LOGIN", "SELECT"])
def test_a_refusal_is_told(command: str) -> None:
    with serving([], refuses=command) as server, pytest.raises(FAULTS):
        ImapMailbox(server.url())


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_the_password_goes_through_tls(tmp_path: Path, scheme: str) -> None:
    server_side, client_side = contexts(tmp_path)
    with serving([b"one"], scheme=scheme, tls=server_side) as server:
        mailbox = ImapMailbox(server.url(), tls=client_side)
        read = list(mailbox.unread())
        mailbox.close()

        assert read == [("11", b"one")]
        commands = [command.partition(" ")[0] for command in server.journal if command != "CAPABILITY"]
        first = [] if scheme == "imaps" else ["STARTTLS"]
        assert commands == [*first, "LOGIN", "SELECT", "UID", "UID", "LOGOUT"]


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_a_server_that_nobody_vouches_for_gets_no_password(tmp_path: Path, scheme: str) -> None:
    server_side, _client_side = contexts(tmp_path)
    with serving([b"one"], scheme=scheme, tls=server_side) as server:
        with pytest.raises(FAULTS):
            ImapMailbox(server.url())

        assert [command for command in server.journal if command.startswith("LOGIN")] == []


def test_a_server_that_falls_silent_is_not_waited_for() -> None:
    with serving([], silent_at="SELECT") as server, pytest.raises(TimeoutError):
        ImapMailbox(server.url(), timeout=0.1)
