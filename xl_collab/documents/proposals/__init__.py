"""What the prose of 备注 proposes, and what accepting it does (content)."""
