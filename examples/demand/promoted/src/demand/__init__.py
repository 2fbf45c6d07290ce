"""Code promoted from notebooks: demand."""
