"""The training room: preferences become a model in the house's style. Nothing is built here yet."""
