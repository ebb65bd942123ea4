"""The WSGI application for a server such as gunicorn: `gunicorn wsgi:app`."""

import os

from registrar.app import ROOT, create_app
from registrar.settings import load_settings

app = create_app(load_settings(os.environ, ROOT / "config"))
