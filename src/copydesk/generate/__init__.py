"""One `Generator` protocol, whatever the model and wherever it runs."""
