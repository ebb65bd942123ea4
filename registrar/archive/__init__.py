"""What remains: summaries, recordings, resources, search, feeds."""
