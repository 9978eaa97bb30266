"""Video to segments, captions, people and vectors; and search."""
