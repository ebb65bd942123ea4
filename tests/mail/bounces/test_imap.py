"""A mailbox is read over a real connection, and marked only after what was read is stored."""

import pytest

from registrar.mail.bounces.imap import FAULTS, ImapMailbox
from registrar.mail.bounces.parsing import MOST_BYTES
from tests.mail.bounces.imap_server import serving


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


def test_a_server_that_falls_silent_is_not_waited_for() -> None:
    with serving([], silent_at="SELECT") as server, pytest.raises(TimeoutError):
        ImapMailbox(server.url(), timeout=0.1)
