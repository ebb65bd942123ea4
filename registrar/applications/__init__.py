"""Applications: an institution's team answers a call together, submits, and knows where it stands."""
