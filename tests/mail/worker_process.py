"""A worker as a process, with the kinds of mail of the tests: `python -m tests.mail.worker_process LEASE`."""

import os
import signal
import sys
import time
from datetime import datetime, timedelta

from registrar.app import ROOT, create_app
from registrar.mail.claims import new_owner
from registrar.mail.worker import Worker, transport_for
from registrar.settings import load_settings
from tests.conftest import START
from tests.mail import letters

STARTED = time.monotonic()


def clock() -> datetime:
    """Go on from the moment at which every test begins."""
    return START + timedelta(seconds=time.monotonic() - STARTED)


settings = load_settings(os.environ, ROOT / "config")
app = create_app(settings, clock)
letters.install(app)
with app.app_context():
    worker = Worker(transport_for(settings), new_owner(timedelta(seconds=float(sys.argv[1]))))
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    worker.run()
