"""《风险清单》: what it says (content), how it looks (sheet)."""
