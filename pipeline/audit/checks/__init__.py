"""The checks of the audit, grouped by the rows that they examine; ``pipeline.audit.registry`` lists them."""
