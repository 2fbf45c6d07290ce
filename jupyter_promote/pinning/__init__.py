"""Characterization tests: what the notebook's own calls, and calls derived from them, do today.

These modules run in the notebook's interpreter: the standard library only, and numpy, pandas and
matplotlib not before a value of theirs is met.
"""
