"""Code that runs in the notebook's interpreter: standard library, IPython and ipykernel only."""
