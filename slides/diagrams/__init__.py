"""Diagrams: steps, trees, fields and people as native shapes that can be moved and typed into."""
