"""Review: what a finished deck's file says, and what its pages really show."""
