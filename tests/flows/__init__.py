"""Long stories through several features at once."""
