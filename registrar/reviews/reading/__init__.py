"""The reviewers' room: what waits for them, an application beside its rubric, and what the others said."""
