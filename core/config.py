"""Configuration enters once, here: ``config.json`` plus ``CLIPOPS_*`` environment variables.

Environment wins over the file. Nested keys use two underscores: ``CLIPOPS_SLACK__BOT_TOKEN``.
The flat keys of the system ClipOps replaces are accepted in both places as aliases:
``SLACK_API_KEY`` (slack.bot_token), ``GEMINI_API_KEY`` (gemini.api_key) and
``YOUTUBE_API_KEY`` (youtube.api_key).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from core.errors import ConfigError

ALIASES: dict[str, tuple[str, str]] = {
    "SLACK_API_KEY": ("slack", "bot_token"),
    "GEMINI_API_KEY": ("gemini", "api_key"),
    "YOUTUBE_API_KEY": ("youtube", "api_key"),
}

RESERVED_COMMANDS = frozenset(
    {
        "search",
        "remind",
        "msg",
        "dm",
        "who",
        "invite",
        "join",
        "leave",
        "topic",
        "status",
        "call",
    }
)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseConfig(_Section):
    """``url`` null starts the embedded server under the data folder."""

    url: str | None = None
    pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    statement_timeout_ms: Annotated[int, Field(ge=100)] = 20_000

    @field_validator("url")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in (
            "postgresql",
            "postgres",
        ):
            raise ValueError("must start with postgresql://")
        return value


class SlackConfig(_Section):
    """Empty tokens mean the local sandbox. ``app_token`` set means Socket Mode, else HTTP."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    api_base_url: str = "https://slack.com/api/"
    command: str = "/vsearch"
    port: Annotated[int, Field(ge=0, le=65535)] = 8081
    sandbox_port: Annotated[int, Field(ge=0, le=65535)] = 8082

    @field_validator("bot_token")
    @classmethod
    def _bot_prefix(cls, value: str) -> str:
        if value and not value.startswith("xoxb-"):
            raise ValueError("a bot token starts with xoxb- (OAuth & Permissions page of the app)")
        return value

    @field_validator("app_token")
    @classmethod
    def _app_prefix(cls, value: str) -> str:
        if value and not value.startswith("xapp-"):
            raise ValueError("an app-level token starts with xapp- (Basic Information page)")
        return value

    @field_validator("command")
    @classmethod
    def _legal_command(cls, value: str) -> str:
        name = value.removeprefix("/")
        if name in RESERVED_COMMANDS:
            raise ValueError(
                f"/{name} is built into Slack and voids the whole manifest; use /vsearch"
            )
        if not 1 <= len(name) <= 31 or not all(c in _COMMAND_CHARACTERS for c in name):
            raise ValueError("use at most 31 characters of a-z 0-9 - _ after the slash")
        return "/" + name


_COMMAND_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


class EditorConfig(_Section):
    """``public_url`` is what links in Slack point to; null means http://host:port."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str | None = None
    secret: str = ""


class ModelsConfig(_Section):
    """``profile`` picks one adapter per port; ``overrides`` names one per port by hand:
    ``adapter`` with its usual weights, or ``adapter:weights``, where weights are a hub name
    (``owner/model`` or ``owner/model@revision``), a folder or an ONNX file.

    ``folder`` keeps the weights, null means ``models`` in the data folder. ``precision`` auto
    measures what the device does fastest; ``batch_size`` null suits the device. ``prompt`` and
    ``generation`` (arguments of transformers' generate) are the captioner's, empty means its own.
    A model nobody used for ``keep_loaded_s`` leaves the memory.
    """

    profile: Literal["builtin", "cpu", "gpu"] = "builtin"
    overrides: dict[str, str] = {}
    folder: Path | None = None
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = "auto"
    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=1_024)] | None = None
    prompt: str = ""
    generation: dict[str, bool | int | float] = {}
    keep_loaded_s: Annotated[float, Field(ge=0)] = 900.0
    hub_url: str = "https://huggingface.co"


class PeopleConfig(_Section):
    """Who somebody is. Cosines are those of the face model: a track is a member from ``same`` on,
    with a lead of ``lead`` over the next candidate; unknown tracks form one cluster from
    ``same_unknown`` on. Faces smaller than ``least_face_px`` confuse people and are not compared.
    ``sample_fps`` frames a second with somebody in view are searched for faces."""

    same: Annotated[float, Field(gt=0, lt=1)] = 0.5
    lead: Annotated[float, Field(ge=0, lt=1)] = 0.08
    same_unknown: Annotated[float, Field(gt=0, lt=1)] = 0.55
    least_face_px: Annotated[int, Field(ge=8)] = 50
    sample_fps: Annotated[float, Field(gt=0, le=30)] = 2.0


class ClothesConfig(_Section):
    """Search by description over people in view: which sightings count (``confidence`` of the
    detector), which matches are shown (``similarity`` of picture and text), how many, and how
    many frames a second are looked at when footage is searched anew."""

    confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    similarity: Annotated[float, Field(ge=0, le=1)] = 0.5
    top_k: Annotated[int, Field(ge=1, le=200)] = 10
    sample_fps: Annotated[float, Field(gt=0, le=30)] = 1.0


class IngestConfig(_Section):
    """``sample_fps`` frames a second are looked at; quiet stretches shorter than
    ``merge_gap_ms`` join their neighbours."""

    sample_fps: Annotated[float, Field(gt=0, le=30)] = 4.0
    merge_gap_ms: Annotated[int, Field(ge=0)] = 2_500
    max_segment_ms: Annotated[int, Field(ge=1_000)] = 60_000
    allow_private_urls: bool = False


class SearchConfig(_Section):
    """Reciprocal rank fusion: each leg adds ``weight / (rrf_k + rank)``. Hits of one video with at
    most ``merge_gap_ms`` between them are shown as one. A new space must not be worse than the one
    in use by more than ``gate_tolerance`` (mean reciprocal rank). ``index`` is what the index of a
    new space keeps of a vector; ``rerank`` looks at the best hits once more by ``itm``, the
    image-text model over their keyframes (``rerank_top`` of them)."""

    page_size: Annotated[int, Field(ge=1, le=10)] = 5
    rrf_k: Annotated[int, Field(ge=1)] = 60
    vector_weight: Annotated[float, Field(ge=0)] = 1.0
    text_weight: Annotated[float, Field(ge=0)] = 1.0
    clothes_weight: Annotated[float, Field(ge=0)] = 1.5
    seen_weight: Annotated[float, Field(ge=0)] = 1.5
    video_weight: Annotated[float, Field(ge=0)] = 1.0
    merge_gap_ms: Annotated[int, Field(ge=0)] = 2_000
    gate_tolerance: Annotated[float, Field(ge=0, le=1)] = 0.02
    index: Literal["vector", "halfvec", "bit"] = "halfvec"
    rerank: Literal["none", "itm"] = "none"
    rerank_top: Annotated[int, Field(ge=1, le=100)] = 100


class GeminiConfig(_Section):
    """An empty key means no writer. ``base_url`` is another place that speaks Gemini's protocol,
    null means Google's own."""

    api_key: str = ""
    model: str = "gemini-2.5-flash"
    base_url: str | None = None

    @field_validator("base_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must start with https:// or http://")
        return value


class YoutubeConfig(_Section):
    api_key: str = ""


class Config(BaseSettings):
    """The whole configuration, frozen; handed down by argument."""

    model_config = SettingsConfigDict(
        env_prefix="CLIPOPS_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
    )

    data_dir: Path = Path("var")
    timezone: str = "UTC"
    database: DatabaseConfig = DatabaseConfig()
    slack: SlackConfig = SlackConfig()
    editor: EditorConfig = EditorConfig()
    models: ModelsConfig = ModelsConfig()
    people: PeopleConfig = PeopleConfig()
    clothes: ClothesConfig = ClothesConfig()
    ingest: IngestConfig = IngestConfig()
    search: SearchConfig = SearchConfig()
    gemini: GeminiConfig = GeminiConfig()
    youtube: YoutubeConfig = YoutubeConfig()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not an IANA time zone such as Asia/Seoul")
        return value

    @property
    def media_dir(self) -> Path:
        """Thumbnails, downloads and browser copies; never the user's own files."""
        return self.data_dir / "media"

    @property
    def weights_dir(self) -> Path:
        """Where model weights lie."""
        return self.models.folder or self.data_dir / "models"

    @property
    def editor_url(self) -> str:
        """The address people open, without a trailing slash."""
        url = self.editor.public_url or f"http://{self.editor.host}:{self.editor.port}"
        return url.rstrip("/")

    @property
    def uses_sandbox(self) -> bool:
        """True where no Slack workspace is connected."""
        return not self.slack.bot_token

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as keyword arguments."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load(path: Path | None = None) -> Config:
    """Read the configuration once.

    ``path`` defaults to ``CLIPOPS_CONFIG`` or ``config.json`` in the working directory, which
    may be absent. Raises ConfigError with one sentence that names the key.
    """
    named = path or os.environ.get("CLIPOPS_CONFIG")
    chosen = Path(named or "config.json")
    values = _read_file(chosen, required=named is not None)
    for alias, (section, key) in ALIASES.items():
        _apply_alias(values, alias, section, key)
    _refuse_unknown_variables()
    try:
        config = Config(**values)
    except ValidationError as error:
        raise ConfigError(_sentence(error, chosen)) from error
    except SettingsError as error:
        raise ConfigError(f"A CLIPOPS_ environment variable cannot be read: {error}.") from error
    return config.model_copy(update={"data_dir": config.data_dir.expanduser().resolve()})


def hand_down(path: Path) -> None:
    """Have the processes that this one starts read the same file."""
    os.environ["CLIPOPS_CONFIG"] = str(path.resolve())


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            raise ConfigError(f"The configuration file {path} does not exist.")
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{path} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path} must hold one JSON object with the keys of config.example.json.")
    return values


def _apply_alias(values: dict[str, Any], alias: str, section: str, key: str) -> None:
    """Move a flat key of the replaced system to its place; a value set there already wins."""
    value = values.pop(alias, None) or os.environ.get(alias)
    if not value:
        return
    target = values.setdefault(section, {})
    if isinstance(target, dict):
        target[key] = target.get(key) or value


def _refuse_unknown_variables() -> None:
    known = {name.upper() for name in Config.model_fields} | {"CONFIG"}
    for name in os.environ:
        if name.startswith("CLIPOPS_"):
            first = name.removeprefix("CLIPOPS_").split("__")[0]
            if first not in known:
                raise ConfigError(
                    f"{name} is not a setting of ClipOps; see config.example.json for the keys."
                )


def _sentence(error: ValidationError, path: Path) -> str:
    """The first problem as one sentence that names the key, never the value (it may be a token)."""
    first = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{path}: {key} is not a setting of ClipOps; see config.example.json for the keys."
    reason = first["msg"].removeprefix("Value error, ")
    return f"{path}: {key}: {reason}."
