"""How many statements each flow sends to the database, counted in this process on a warm application."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client as TestClient

from registrar.db import alchemy
from registrar.web import caching
from tests.bench.client import FLOWS, Answer, Orders
from tests.bench.measures import MEASURES, Asked, Visitors

OWN_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
"""What a driver says for itself; everything else counts."""
UNUSED = 1_000_000
"""Rounds of all paths after which no client has come."""


def count(app: Flask, visitors: Visitors) -> dict[str, int]:
    """Run every flow twice and return the statements of the second time."""
    with _counting(app) as sent:
        places = enumerate(MEASURES)
        return {each.name: _second(app, each.asked(visitors), sent, 2 * place) for place, each in places}


def _second(app: Flask, asked: Asked, sent: list[str], place: int) -> int:
    end = len(asked.paths) * UNUSED - place
    for number in (end - 2, end - 1):
        app.extensions.get(caching.EXTENSION, {}).clear()
        sent.clear()
        _run(app, Orders(port=0, **asdict(asked)), number)
    return len(sent)


def _run(app: Flask, orders: Orders, number: int) -> None:
    """Answer the requests of one flow in this process."""
    client = app.test_client(use_cookies=False)
    flow = FLOWS[orders.flow](orders, number)
    request = next(flow)
    while request:
        try:
            request = flow.send(_answer(client, request))
        except StopIteration:
            return


def _answer(client: TestClient, request: bytes) -> Answer:
    head, _, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    response = client.open(path, method=method, headers=headers, data=body)
    shown = "\r\n".join(f"{name}: {value}" for name, value in response.headers)
    return Answer(response.status_code, shown.encode(), response.data)


@contextmanager
def _counting(app: Flask) -> Iterator[list[str]]:
    with app.app_context():
        engine = alchemy.engine
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(OWN_WORDS):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
