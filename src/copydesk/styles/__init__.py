"""House styles: rules that can be checked, a guide for the model, exemplars."""
