"""Structured logs: one line per event, JSON in production, with addresses and tokens masked wherever they stand."""

import logging
import re
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from registrar.settings import Environment, Settings

# The local part may hold "=", "&", "/" and "?", so what stands before an address in a query string goes with it.
_BEFORE_AT = r"[^\s@<>\"(),;:\[\]]"
_ADDRESS = re.compile(
    rf"(?:\"[^\"\n]{{0,64}}\"|(?<!{_BEFORE_AT}){_BEFORE_AT}+)(?:@|%40)[^\s@<>\"'(),;:/?&\[\]=]+", re.I
)
# A digit or two capitals side by side tell a token from a long_function_name or a LongClassName.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*?(?:\d|[A-Z]{2}))[A-Za-z0-9_-]{24,}")
_PLAIN = (bool, int, float, type(None))


def configure(settings: Settings) -> None:
    """Send the events of structlog and of the standard library through the same masking, to standard error."""
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    _install(_formatter(settings.environment, before), settings.log_level.upper())


def start_request() -> str:
    """Forget what the last request bound, and give this one an identifier that its events carry."""
    request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def mask(value: object) -> Any:
    """Return the value as plain data, with every mail address and long token in it replaced."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {mask_text(str(key)): mask(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask(each) for each in value]
    return mask_text(value if isinstance(value, str) else str(value))


def mask_text(text: str) -> str:
    """Replace every mail address and long token in a text."""
    return _TOKEN.sub("[token]", _ADDRESS.sub("[address]", text))


def _mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    masked: dict[str, Any] = mask(event)
    return masked


def _formatter(environment: Environment, before: list[structlog.types.Processor]) -> logging.Formatter:
    """Format exceptions before masking: their text may hold what a person typed."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _mask_event,
            _renderer(environment),
        ],
    )


def _renderer(environment: Environment) -> structlog.types.Processor:
    if environment is Environment.PRODUCTION:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _install(formatter: logging.Formatter, level: str) -> None:
    """Put one handler on the root logger, in place of an earlier one of ours; others' handlers stay."""
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each.formatter, structlog.stdlib.ProcessorFormatter)]:
        root.removeHandler(earlier)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
