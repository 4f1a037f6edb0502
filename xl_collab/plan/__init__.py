"""A project worked out: schedule, assessment, impact; and the same as native formulas."""
