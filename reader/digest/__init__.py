"""A document in brief: what it is, its points with their pages, its figures, terms, questions."""
