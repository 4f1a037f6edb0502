"""What people touch: the command line, clicks and their windows, worksheet functions, set-up. No rules."""
