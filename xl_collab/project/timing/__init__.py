"""时间节点: dates and recurrences as people type them, and the periods that they make."""
