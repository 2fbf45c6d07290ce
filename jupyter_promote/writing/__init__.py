"""Touching the disk: all or nothing."""
