"""经验登记: what one project hands on to the next (content)."""
