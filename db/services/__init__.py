"""What pages and HTTP ask: snapshots of the catalog, the executor of runs, impacts, editions; and the facade over all."""
