"""One adapter per file; nothing outside this package and pipeline/training imports a model."""
