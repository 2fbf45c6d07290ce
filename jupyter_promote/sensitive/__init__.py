"""What must not be stored or shown: one table of names and forms. The standard library only."""
