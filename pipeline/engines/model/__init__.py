"""The model engine: the answers of a model, checked against the text and the catalog.

What is grounded in them becomes part of the run, the rest is noted: quotes must occur in the text; roles, dimensions,
categories and duplicates must be among those that the model was given. A text with instructions to the model can
therefore at worst affect the choice between roles that the text itself supports, and that choice is settled by a second
judge, who is never given the text.
"""
