"""A run's folder: locked, with its recipe, rows, metrics, plots and result."""
