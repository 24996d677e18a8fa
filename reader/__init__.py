"""Talks about documents: answers that show the page, and digests."""
