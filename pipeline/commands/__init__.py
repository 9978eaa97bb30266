"""The subcommands of python -m pipeline, one noun per file; each has ``register``."""
