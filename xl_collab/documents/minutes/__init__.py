"""《例会会议纪要》: what it says (content, meeting, news, snapshots, words), how it looks (sheet)."""
