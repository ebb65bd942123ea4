"""The application: `create_app` wires every feature; nothing imports it but wsgi, the command line and tests."""

from pathlib import Path

from flask import Flask
from flask_mail import Mail
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from registrar import clock, db, features, logs, models  # noqa: F401 - mappers name each other: all must be known
from registrar.applications.applying import file_views
from registrar.campaigns import views as announcements
from registrar.settings import Environment, Settings
from registrar.tokens import Tokens
from registrar.web import access, failures, frame, headers, limits, locale, markdown
from registrar.weekly.public import unsubscribing

ROOT = Path(__file__).resolve().parent.parent
LONGEST_BODY = 2 * 1024 * 1024
YEAR_SECONDS = 365 * 24 * 3600
csrf = CSRFProtect()


def create_app(settings: Settings, clock_: clock.Clock = clock.system_clock) -> Flask:
    """Build the application for these settings, reading the time from this clock."""
    app = Flask("registrar", root_path=str(ROOT / "registrar"), template_folder=str(ROOT / "templates"))
    configure(app, settings)
    app.extensions[clock.EXTENSION] = clock_
    app.extensions["registrar.settings"] = settings
    app.extensions["registrar.tokens"] = Tokens(settings.secret_keys)
    db.connect(app, settings)
    install_web(app, settings)
    features.register(app)
    for stop in (unsubscribing.stop, announcements.stop):
        csrf.exempt(stop)  # RFC 8058: a mail program has no token; the page's own is checked in the view
    csrf.exempt(file_views.upload)  # it reads its form itself, file by file, and checks the token then
    access.check_policies(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Turn the settings into Flask's configuration."""
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        TESTING=settings.environment is Environment.TESTING,
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=YEAR_SECONDS,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # our pages send no Referer, so it cannot be asked for; the token is
        BABEL_TRANSLATION_DIRECTORIES="translations",
        BABEL_DEFAULT_LOCALE=settings.default_locale,
        RATELIMIT_ENABLED=settings.rate_limits_on,
        MAIL_DEFAULT_SENDER=settings.mail_sender,
    )
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxy_hops, settings.proxy_hops, settings.proxy_hops)  # type: ignore[method-assign]


def install_web(app: Flask, settings: Settings) -> None:
    """Install what every request passes through."""
    logs.configure(settings)
    app.before_request(start_request)
    app.before_request(access.guard)
    csrf.init_app(app)
    limits.limiter.init_app(app)
    Mail(app)
    locale.install(app)
    headers.install(app, settings)
    frame.install(app, settings)
    markdown.install(app)
    failures.install(app)


def start_request() -> None:
    """Give the request an identifier for its log lines."""
    logs.start_request()
