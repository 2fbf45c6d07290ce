"""What we would write: from tagged cells to files, without touching the disk."""
