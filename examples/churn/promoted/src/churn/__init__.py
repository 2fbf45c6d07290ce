"""Code promoted from notebooks: churn."""
