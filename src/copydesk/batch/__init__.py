"""Many briefs, one folder of results: concurrent, resumable, on one machine or a cluster."""
