"""Letters out and replies in: packets, the gate, the ledger and the merge."""
