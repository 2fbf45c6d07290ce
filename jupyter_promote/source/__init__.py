"""What the person wrote: notebook, tags, magics."""
