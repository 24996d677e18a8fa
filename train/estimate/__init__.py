"""What a run will need, said before it begins: memory from the base's settings, and what fits."""
