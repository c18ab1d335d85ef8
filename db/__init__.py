"""The store: PostgreSQL with pgvector, embedded or given.

``server`` finds or starts it, ``schema`` brings it to the newest form, ``catalog`` keeps the catalog snapshot,
``runs`` what ran, ``proposals`` what runs would like to add; ``workbench`` puts them together for the pages.
"""
