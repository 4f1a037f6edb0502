"""What `validate` finds."""
