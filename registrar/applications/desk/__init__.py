"""The room of the organisers: find, read, decide who may apply, export."""
