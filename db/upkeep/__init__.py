"""Looking after a store: backups of it, and what a doctor finds in it."""
