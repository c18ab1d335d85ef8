"""SQL, a store for each thing that is kept. A store holds the engine; what runs inside an open transaction takes a connection."""
