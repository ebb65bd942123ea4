"""An application as a document: PDF and JSON."""
