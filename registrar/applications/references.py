"""References of applications: short, readable aloud, without signs that look alike."""

import secrets

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U."""
LENGTH = 5


def draw() -> str:
    """Return a reference like `WAC-7K3QX`, one of 24 million; who stores it sees whether it is taken."""
    return "WAC-" + "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
