"""Rate limits per client address, kept in memory of each web worker; limits that must be exact live in the database."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False)
