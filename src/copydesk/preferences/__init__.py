"""What people preferred, as rows: read from files, turned into one another, written again."""
