"""Translations between a user and the product: the command line today; no rule lives here."""
