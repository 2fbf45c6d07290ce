"""Who is asking: the command line, the server, and what goes over the wire."""
