"""The demonstration: an invented season of WAC Weekly in its ninth week, made anew from the same seed."""
