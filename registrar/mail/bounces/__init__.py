"""Mail that comes back: read, understood, and acted on when it is proven to be about a mail of ours."""
