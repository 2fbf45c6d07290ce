"""Does it still do the same: observing two runs and comparing them."""
