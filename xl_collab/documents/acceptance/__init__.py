"""《成果验收确认单》: what it says (content, words), how it looks (sheet)."""
