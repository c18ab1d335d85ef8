"""The workbench as people see it: one module a page, each with ``page()``; nothing runs on import."""
