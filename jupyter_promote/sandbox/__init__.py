"""A place where a notebook's code runs: it reads the whole disk, and what it writes lands beside it."""
