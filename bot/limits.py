"""Every size Slack refuses to go beyond, in one place; the bot and the sandbox read the same ones.

Sources: Slack's reference pages for Block Kit, views, chat.postMessage and slash commands. The
two payload sizes are measured: Slack begins to refuse near 13,200 visible characters.
"""

from __future__ import annotations

from typing import Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
BLOCK_ID: Final = 255
ACTION_ID: Final = 255

SECTION_TEXT: Final = 3_000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2_000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3_000
ACTIONS_ELEMENTS: Final = 25
INPUT_LABEL: Final = 2_000
INPUT_HINT: Final = 2_000
MARKDOWN_TEXT: Final = 12_000
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
TABLES_PER_MESSAGE: Final = 1

BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
BUTTON_LABEL: Final = 75
URL: Final = 3_000
ALT_TEXT: Final = 2_000
IMAGE_TITLE: Final = 2_000
PLACEHOLDER: Final = 150
INITIAL_VALUE: Final = 3_000

OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
OVERFLOW_OPTIONS: Final = 5
CHOICE_OPTIONS: Final = 10

CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30

VIEW_TITLE: Final = 24
VIEW_BUTTON: Final = 24
PRIVATE_METADATA: Final = 3_000
CALLBACK_ID: Final = 255
VIEW_DEPTH: Final = 3

MESSAGE_TEXT: Final = 40_000
MESSAGE_TEXT_AIM: Final = 4_000
PAYLOAD_CHARACTERS: Final = 13_200
PAYLOAD_BUDGET: Final = 12_000

ACK_SECONDS: Final = 3.0
TRIGGER_SECONDS: Final = 3.0
RESPONSE_URL_USES: Final = 5
RESPONSE_URL_SECONDS: Final = 30 * 60
SIGNATURE_SECONDS: Final = 5 * 60
COMMAND_NAME: Final = 32
IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".gif")
