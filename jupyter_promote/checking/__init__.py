"""Checking files and folders: what is there, what the cache knows of it, what the rules say."""
