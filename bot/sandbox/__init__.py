"""A local stand-in for Slack on loopback: Web API, delivery, limits, a page to try the bot in."""
