"""Uploaded files: recognised by content, stored by hash, served after a permission check."""
