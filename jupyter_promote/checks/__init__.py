"""What we would say about a notebook. Checks find, they never fix."""
