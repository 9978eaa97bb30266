"""The Slack side of ClipOps: listeners, Block Kit, delivery, and a local stand-in for Slack."""
