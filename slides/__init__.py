"""The slides room: a brief becomes a deck, a deck becomes an editable PowerPoint file."""
