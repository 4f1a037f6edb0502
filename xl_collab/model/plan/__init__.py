"""One project worked out: dependencies, forecast, variance, 预警, in Python and as native formulas."""
