"""What can be measured and checked in a text without a model."""
