"""A process that does a piece of work in a transaction of its own and is killed (SIGKILL) before its n-th statement."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, event

from registrar.db import DbSession, engine_options, prepare

Work = Callable[[DbSession], None]
_forking = multiprocessing.get_context("fork")


def killed_before(app: Flask, work: Work, statement: int) -> bool:
    """Run `work` in a process that kills itself before its n-th statement or its commit; tell whether it was killed."""
    process = _forking.Process(target=_work, args=(app, work, statement))
    process.start()
    process.join(30)
    if process.exitcode not in (0, -signal.SIGKILL):
        raise AssertionError(f"The process ended with {process.exitcode}.")
    return process.exitcode != 0


def _work(app: Flask, work: Work, statement: int) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    left = statement

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    with app.app_context(), DbSession(engine) as db:
        work(db)
        db.commit()
    os._exit(0)
