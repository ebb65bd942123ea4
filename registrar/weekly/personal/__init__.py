"""A person's own page: every week, their choices, settings and mails."""
