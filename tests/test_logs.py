"""Logs: every event is one line, and no address or token is in it."""

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from registrar import logs
from registrar.settings import Environment, Settings


@pytest.fixture
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def settings(environment: Environment) -> Settings:
    return Settings(
        environment=environment,
        data_dir=Path("/nowhere"),
        database_url="sqlite:////nowhere/registrar.db",
        base_url="https://registrar.example",
        secret_keys=("key",),
        mail_domain="registrar.example",
        trusted_hosts=("registrar.example",),
    )


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("no one is named", "no one is named"),
        ("to ada@example.org now", "to [address] now"),
        ("Ada <ada.l+lab@Example.ORG>, b@c", "Ada <[address]>, [address]"),
        ("O'Brien@musée.example", "[address]"),
        ('"ada l"@example.org', "[address]"),
        ("bounces+ada=example.org@registrar.example", "[address]"),
        ("GET /confirm?to=ada%40example.org&x=1", "GET [address]&x=1"),
        ("postgresql://ada:hunter2@db/registrar", "postgresql://ada:[address]/registrar"),
        ("GET /join/Zk3vJ0p4tWm8Qx2Yh6Rb1Nc5 HTTP/1.1", "GET /join/[token] HTTP/1.1"),
        ("0123456789abcdef", "0123456789abcdef"),
        ("2026-05-20T18:00:00.000000Z", "2026-05-20T18:00:00.000000Z"),
        ("a_long_function_name_that_says_it", "a_long_function_name_that_says_it"),
        ("RegistrationAlreadyConfirmedError", "RegistrationAlreadyConfirmedError"),
    ],
)
def test_addresses_and_tokens_are_masked_and_the_rest_is_kept(text: str, masked: str) -> None:
    assert logs.mask_text(text) == masked


@given(st.sampled_from([secrets.token_urlsafe, secrets.token_hex]), st.sampled_from("/=' ?&<\n"), st.text())
def test_a_256_bit_token_never_stays(make: Callable[[int], str], edge: str, around: str) -> None:
    token = make(32)

    assert token not in logs.mask_text(f"{around}{edge}{token}{edge}{around}")


@given(st.emails())
def test_no_address_stays_anywhere_in_a_value(address: str) -> None:
    value = {"to": [address, {f"for {address}": (address,)}], "error": ValueError(f"not {address}")}

    assert "@" not in str(logs.mask(value))


def test_a_long_word_is_masked_in_linear_time() -> None:
    assert logs.mask_text("+" * 200_000) == "+" * 200_000


@pytest.mark.usefixtures("_restored_logging")
def test_production_writes_masked_json_lines_with_the_request(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(settings(Environment.PRODUCTION))
    request_id = logs.start_request()

    structlog.get_logger("registrar.mail").info("sent", to="ada@example.org", seats=3)
    structlog.get_logger("registrar.mail").debug("not written")
    logging.getLogger("werkzeug").info('"GET /my/%s"', "Zk3vJ0p4tWm8Qx2Yh6Rb1Nc5")

    written = lines(capsys)
    assert [sorted(line) for line in written] == [
        ["event", "level", "logger", "request_id", "seats", "timestamp", "to"],
        ["event", "level", "logger", "request_id", "timestamp"],
    ]
    assert [(line["event"], line.get("to"), line["request_id"]) for line in written] == [
        ("sent", "[address]", request_id),
        ('"GET /my/[token]"', None, request_id),
    ]


@pytest.mark.usefixtures("_restored_logging")
@pytest.mark.parametrize("environment", list(Environment))
def test_the_text_of_an_exception_is_masked(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(settings(environment))
    try:
        raise ValueError("ada@example.org is taken")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("elsewhere").exception("failed")

    written = capsys.readouterr().err
    assert (written.count("ValueError: [address] is taken"), written.count("ada@example.org")) == (2, 0)


@pytest.mark.usefixtures("_restored_logging")
def test_configuring_twice_writes_each_event_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(settings(Environment.PRODUCTION))
    logs.configure(settings(Environment.PRODUCTION))

    structlog.get_logger().info("once")

    assert [line["event"] for line in lines(capsys)] == ["once"]


@pytest.mark.usefixtures("_restored_logging")
def test_each_request_has_its_own_identifier() -> None:
    first, second = logs.start_request(), logs.start_request()

    assert first != second
    assert structlog.contextvars.get_contextvars() == {"request_id": second}
