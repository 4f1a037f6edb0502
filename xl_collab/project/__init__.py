"""One tracker's content, typed: tables, edits, parties, sentences, calendar, deadlines, notes."""
