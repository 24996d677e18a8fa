"""A shelf of documents, read once and searched by their words."""
