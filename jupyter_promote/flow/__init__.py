"""What the code means: names, order, effects."""
