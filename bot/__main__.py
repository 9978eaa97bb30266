"""``python -m bot [manifest|doctor]``: runs the bot, or looks after its connection to Slack."""

from __future__ import annotations

import argparse
import json
import sys

from core import config, logging
from core.errors import ClipOpsError


def main() -> int:
    """Exit status: 0 when all went well, 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    manifest = commands.add_parser("manifest", help="print the app manifest as JSON")
    manifest.add_argument(
        "--url", help="https address under which Slack reaches the bot; without it Socket Mode"
    )
    commands.add_parser("doctor", help="check tokens, scopes, messages, editor and database")
    chosen = parser.parse_args()
    logging.configure()
    try:
        settings = config.load()
        if chosen.command == "manifest":
            return _print_manifest(settings, chosen.url)
        if chosen.command == "doctor":
            return _print_findings(settings)
        from bot.running import run

        run(settings)
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _print_manifest(settings: config.Config, url: str | None) -> int:
    from bot.manifest import build_manifest

    print(json.dumps(build_manifest(settings, url=url), ensure_ascii=False, indent=2))
    return 0


def _print_findings(settings: config.Config) -> int:
    from bot.doctor import examine

    bad = 0
    for finding in examine(settings):
        bad += not finding.good
        print(f"{'ok ' if finding.good else 'BAD'}  {finding.name:<11} {finding.sentence}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
