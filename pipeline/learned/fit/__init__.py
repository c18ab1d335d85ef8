"""The fitting of numbers: a module for each name that ``python -m pipeline fit`` takes, pure and repeatable."""
