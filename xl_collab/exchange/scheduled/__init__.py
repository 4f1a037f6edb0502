"""Runs that start by themselves: what each system's scheduler is told, and the log of what they did."""
