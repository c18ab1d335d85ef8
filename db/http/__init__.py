"""HTTP beside the pages: routes, and what happens when the process starts and ends."""
