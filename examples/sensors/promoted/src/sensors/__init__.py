"""Code promoted from notebooks: sensors."""
