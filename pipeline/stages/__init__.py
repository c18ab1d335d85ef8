"""The stages of a run: each a function of what went before and the catalog, returning a value."""
