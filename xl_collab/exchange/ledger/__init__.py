"""The ledger beside the master: what was sent, what came back, what was done with it."""
