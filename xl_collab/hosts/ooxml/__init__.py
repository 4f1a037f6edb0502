"""Surgery on OOXML packages: parts, rows and cells changed as bytes, everything else left as it was."""
