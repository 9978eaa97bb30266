"""What Slack sends: one file per kind, each with ``register(app, services)``."""
