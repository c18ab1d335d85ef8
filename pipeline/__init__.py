"""The pure core: a run is a function of a job description, a catalog and a config; ``pipeline.run`` composes its stages.

Nothing here imports Streamlit or SQL, or reads the clock or global state.
"""
