"""Packages: PowerPoint files opened as hostile data, mended, and written with steady bytes."""
