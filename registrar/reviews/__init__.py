"""Reviews: who scores which application, how sure the scores are, what is decided, and its release in one moment."""
