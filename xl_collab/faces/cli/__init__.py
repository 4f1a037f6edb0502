"""xl-collab, the command line."""
