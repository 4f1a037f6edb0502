"""The gate: returned files are hostile until proved otherwise, and parsed in a child process with caps."""
