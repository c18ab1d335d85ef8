"""Experiments: many job descriptions run in one way, marked against gold, and two such ways compared pair by pair."""
