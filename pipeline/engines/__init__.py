"""Who answers a judgement. The local engine is the stages themselves; the model engine (``openai``) is asked beside them,
and what it answers counts once ``grounding`` has held it against the text and the catalog."""
