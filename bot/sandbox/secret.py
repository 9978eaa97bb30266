"""The secret with which the sandbox signs its requests; made once, readable by its owner only."""

from __future__ import annotations

import os
import secrets

from core.config import Config
from core.errors import MachineError

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105  no secret: it opens nothing but the sandbox
APP_TOKEN = "xapp-sandbox"  # noqa: S105


def signing_secret(config: Config) -> str:
    """The same secret for the sandbox and the bot of one data folder.

    Raises MachineError when the folder cannot be written.
    """
    path = config.data_dir / "sandbox" / "signing-secret"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written aside and linked into place: two processes starting at once agree on one.
            aside = path.with_name(f".{secrets.token_hex(8)}")
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            try:
                os.link(aside, path)
            except FileExistsError:
                pass
            finally:
                aside.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror}.") from error
