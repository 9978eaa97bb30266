"""Who and what is in the sandbox's workspace: two people, the bot, four conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TEAM_ID: Final = "T0SANDBOX"
TEAM_DOMAIN: Final = "clipops-sandbox"
APP_ID: Final = "A0CLIPOPS"
BOT_ID: Final = "B0CLIPOPS"
BOT_USER_ID: Final = "U0CLIPOPS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person or the bot; ``timezone`` is an IANA name, ``locale`` as Slack writes it."""

    id: str
    name: str
    real_name: str
    locale: str
    timezone: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A channel or a direct message with the bot."""

    id: str
    name: str
    kind: Literal["channel", "im"]
    has_bot: bool
    topic: str
    topic_ko: str


MEMBERS: Final = {
    member.id: member
    for member in (
        Member(
            id="U0ALEX",
            name="alex",
            real_name="Alex Rivera",
            locale="en-US",
            timezone="America/New_York",
        ),
        Member(
            id="U0MINA",
            name="mina",
            real_name="김민아",
            locale="ko-KR",
            timezone="Asia/Seoul",
        ),
        Member(
            id=BOT_USER_ID,
            name="clipops",
            real_name="ClipOps",
            locale="en-US",
            timezone="UTC",
            is_bot=True,
        ),
    )
}
CONVERSATIONS: Final = {
    conversation.id: conversation
    for conversation in (
        Conversation(
            id="C0STORE",
            name="store-floor",
            kind="channel",
            has_bot=True,
            topic="What happens between the shelves",
            topic_ko="매장에서 일어나는 일",
        ),
        Conversation(
            id="C0SECURITY",
            name="security",
            kind="channel",
            has_bot=True,
            topic="Incidents and follow-up",
            topic_ko="사건과 후속 조치",
        ),
        Conversation(
            id="C0RANDOM",
            name="random",
            kind="channel",
            has_bot=False,
            topic="ClipOps was not invited here",
            topic_ko="ClipOps가 초대되지 않은 채널",
        ),
        Conversation(
            id="D0CLIPOPS",
            name="ClipOps",
            kind="im",
            has_bot=True,
            topic="Just you and ClipOps",
            topic_ko="나와 ClipOps의 대화",
        ),
    )
}
