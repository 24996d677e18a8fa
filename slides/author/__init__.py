"""Authoring: a brief becomes an outline, and one slide after the other, with the generator."""
