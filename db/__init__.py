"""The store: PostgreSQL with pgvector, embedded or given.

``server`` opens it (``embedded`` starts one where none is given), ``schema`` brings it to the newest form, ``stores`` have the SQL,
``services`` what pages and HTTP ask, behind one facade (``services.workbench``).
"""
