"""Other people's trackers: which table is theirs, what its columns and cells mean, what is taken over."""
