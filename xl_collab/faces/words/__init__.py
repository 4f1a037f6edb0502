"""What the command line and clicks say, in both languages; rules and documents have their own words."""
