"""Minutes of the plan review."""
