"""备注: conditions hidden in prose, lifted out as proposals."""
