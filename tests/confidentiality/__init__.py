"""Who learns what: every route, for every role, in every phase, before and after a conflict and a release."""
