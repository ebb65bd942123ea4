"""Which mail is due for whom, and when."""
