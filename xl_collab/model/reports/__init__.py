"""What documents are made of: sentences that name their rows, snapshots, and each document's wording."""
