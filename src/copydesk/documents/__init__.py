"""Documents become passages that know their page."""
