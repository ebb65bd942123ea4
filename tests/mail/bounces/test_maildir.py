"""A Maildir is read by any number of workers, and each report is marked once."""

from pathlib import Path

import pytest

from registrar.mail.bounces.maildir import Maildir
from registrar.mail.bounces.parsing import MOST_BYTES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a.host").write_bytes(b"one")
    (tmp_path / "new" / "2.b.host").write_bytes(b"two")
    (tmp_path / "tmp" / "3.c.host").write_bytes(b"half")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_read_is_moved_as_seen(folder: Path) -> None:
    maildir = Maildir(folder)

    read = list(maildir.unread())
    maildir.done("1.a.host")

    assert read == [("1.a.host", b"one"), ("2.b.host", b"two")]
    assert (names(folder / "new"), names(folder / "cur")) == (["2.b.host"], ["1.a.host:2,S"])


def test_two_workers_at_once_disturb_each_other_in_nothing(folder: Path) -> None:
    one, other = Maildir(folder), Maildir(folder)
    reading = one.unread()
    first = next(reading)
    for name, _raw in list(other.unread()):
        other.done(name)

    one.done(first[0])

    assert list(reading) == []
    assert names(folder / "cur") == ["1.a.host:2,S", "2.b.host:2,S"]


def test_of_a_huge_mail_only_the_beginning_is_read(folder: Path) -> None:
    (folder / "new" / "1.a.host").write_bytes(b"x" * (MOST_BYTES + 9))
    (folder / "new" / "4.folder").mkdir()

    assert [len(raw) for _name, raw in Maildir(folder).unread()] == [MOST_BYTES, 3]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(Maildir(tmp_path / "nowhere").unread())
