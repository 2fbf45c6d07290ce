"""The way out of copy-paste: one function for a group of copies, and a call in place of each."""
