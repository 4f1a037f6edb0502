"""The working calendar: which days count, why, and where official data ends."""
