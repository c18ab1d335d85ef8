"""The tagger of knowledge: which spans of a sentence are a hard skill, in the catalog or not."""
