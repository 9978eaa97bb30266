"""``python -m editor`` serves; ``python -m editor link`` prints a link that signs someone in."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from core import config as configuration
from core import logging
from core.errors import ClipOpsError
from core.links import sign_in_url


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m editor", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="log more")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="serve the editor (the default)")
    link = commands.add_parser("link", help="print a link that signs in for fifteen minutes")
    link.add_argument("--user", default=None, help="the name that the history shows")
    chosen = parser.parse_args(arguments)
    logging.configure(verbose=chosen.verbose)
    try:
        config = configuration.load()
        if chosen.command == "link":
            user = chosen.user or getpass.getuser()
            print(sign_in_url(config, user=user, now=datetime.now(UTC)))
            return 0
        from editor.server import serve  # gunicorn is not needed for a link

        serve(config, lambda address: print(f"Editor: {address}", flush=True))
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
