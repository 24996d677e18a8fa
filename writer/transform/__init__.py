"""Texts made of texts: translated, summarized, rewritten."""
