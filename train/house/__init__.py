"""From the desk to a model in the house's style, stage by stage, with a page of report."""
