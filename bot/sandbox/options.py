"""How one sandbox is set up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.secret import APP_TOKEN, BOT_TOKEN, signing_secret
from core.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """``bot_url`` is the bot's HTTP address without a path; ``settle_s`` is how long a fresh
    upload may not be shown yet; ``burst`` messages may be posted to a channel at once."""

    folder: Path
    bot_url: str
    signing_secret: str
    port: int = 0
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    commands: frozenset[str] = frozenset({"/vsearch", "/search"})
    settle_s: float = 0.5
    burst: int = 4


def options_from(config: Config) -> SandboxOptions:
    """The sandbox ``python -m bot.sandbox`` runs for this configuration."""
    return SandboxOptions(
        folder=config.data_dir / "sandbox",
        bot_url=f"http://127.0.0.1:{config.slack.port}",
        signing_secret=signing_secret(config),
        port=config.slack.sandbox_port,
        app_token=config.slack.app_token or APP_TOKEN,
        commands=frozenset({config.slack.command, "/search"}),
    )
