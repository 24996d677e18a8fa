"""Masters: any template compiled into layouts, places for text, and what these hold."""
