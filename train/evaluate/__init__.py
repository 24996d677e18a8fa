"""How good what was trained is, beside what it came from: policies, and reward models."""
