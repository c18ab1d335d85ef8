"""How well reviewers agree: who is given which run, how far two say the same, where they do not, and what is right then."""
