"""The stages of a run: each a function of the results of earlier stages and the catalog that returns a value."""
