"""Copy-paste within a notebook, across notebooks, and between notebooks and modules."""
