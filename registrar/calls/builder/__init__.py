"""The pages on which organisers build forms and publish their versions."""
