"""The pure core: a job description, a catalog and a config go in, a run comes out.

Nothing here knows Streamlit, SQL, the clock or any global state; ``pipeline.run`` composes the stages.
"""
