"""The desk: what was written, and what people made of it, kept in one SQLite file."""
