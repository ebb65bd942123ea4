"""A worker of the benchmark as a process of its own: `python -m tests.bench.mail_worker`; it ends when all is sent."""

import os
from datetime import UTC, datetime

from registrar.app import ROOT
from registrar.mail.worker import Worker, transport_for
from registrar.settings import load_settings
from tests.bench.mail_delivery import bench_app

settings = load_settings(os.environ, ROOT / "config")
with bench_app(dict(os.environ)).app_context():
    Worker(transport_for(settings)).run_once(datetime.now(UTC))
