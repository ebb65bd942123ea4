"""Real processes that are really killed, and a checker of what must hold afterwards."""
