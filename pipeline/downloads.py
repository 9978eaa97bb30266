"""Videos from http and https links: the file itself, or the video of a page by yt-dlp.

Everything goes through pipeline.guard, so private addresses are out of reach, also by redirect.
"""

from __future__ import annotations

import hashlib
import http.client
import secrets
import shutil
import socket
import string
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from core.config import Config
from core.errors import ClipOpsError, InputError, MachineError, UnreadableMedia
from pipeline.frames import Progress
from pipeline.guard import Guard
from pipeline.media import downloads_dir
from pipeline.sources import VIDEO_EXTENSIONS, Source

TIMEOUT_S = 30
BLOCK = 1 << 20
SPARE_BYTES = 500_000_000
"""A download may not fill the disk the database lives on."""

PAGE_VIDEOS = 50
"""So many videos of one page or playlist at most."""

AGENT = "Mozilla/5.0 (compatible; ClipOps)"
"""Some servers refuse clients they do not know."""

SUFFIXES = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "video/mp2t": ".ts",
    "image/gif": ".gif",
}

PAGE_FORMAT = "b[ext=mp4][height<=1080]/b[height<=1080]/b"
"""Picture and sound in one file: joining two would need the ffmpeg program."""


def download(config: Config, url: str, progress: Progress) -> list[Source]:
    """Fetch the video or videos behind a link into the media folder, named by their content.

    Raises InputError, one sentence, for a link that is not http(s), leads to a private address, is
    not answered or holds no video; MachineError when the disk is full.
    """
    parts = _checked(url)
    address = _in_ascii(url, parts)
    folder = downloads_dir(config)
    with Guard(allow_private=config.ingest.allow_private_urls) as guard:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with opened(address, guard) as response:
                if not _is_page(response.headers, response.url):
                    return [_stored_file(response, url, folder, progress)]
            return _from_page(url, folder, guard, progress)
        except ClipOpsError:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise _sentence(url, parts, guard, error) from error


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # looking at a port that is none raises too
    except ValueError as error:
        raise _unreadable(url, error) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise InputError(
            f"{parts.scheme}:// links cannot be ingested; give an http or https link, a file or "
            "a folder."
        )
    if not host:
        raise InputError(f"{url} names no host; check the link.")
    if parts.username or parts.password:
        raise InputError(
            "A link with a user name or password in it would be stored for all to see; "
            "download the file and ingest it from disk."
        )
    return parts


def _in_ascii(url: str, parts: SplitResult) -> str:
    """The link as it goes over the wire: letters of other alphabets percent-encoded, those of the
    host by IDNA. What is already encoded stays as it is."""
    try:
        network = parts.netloc
        if not network.isascii():
            host = (parts.hostname or "").encode("idna").decode("ascii")
            network = host if parts.port is None else f"{host}:{parts.port}"
        path, query = (quote(part, safe=string.punctuation) for part in (parts.path, parts.query))
    except ValueError as error:
        raise _unreadable(url, error) from error
    return urlunsplit((parts.scheme, network, path, query, ""))


def _unreadable(url: str, error: ValueError) -> InputError:
    shown = url.encode(errors="replace").decode()
    reason = "its letters cannot be encoded" if isinstance(error, UnicodeError) else str(error)
    return InputError(f"{shown} is not a link ClipOps can read ({reason.rstrip('.')}).")


@contextmanager
def opened(
    url: str, guard: Guard, *, headers: Mapping[str, str] | None = None
) -> Iterator[http.client.HTTPResponse]:
    """The answer to a GET, redirects followed; only http and https, only through the guard."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        _ThroughGuard(guard),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        _Redirects(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    told = {"User-Agent": AGENT, "Accept": "*/*", **(headers or {})}
    request = urllib.request.Request(url, headers=told)  # noqa: S310 - no handler but http(s)
    try:
        response = opener.open(request, timeout=TIMEOUT_S)
    except ValueError as error:  # a redirect to what is no link
        raise InputError(f"{url} leads to a link that cannot be read; check it.") from error
    with response:
        yield response


class _ThroughGuard(urllib.request.BaseHandler):
    """Unlike urllib's ProxyHandler, which the environment (NO_PROXY) may turn off."""

    handler_order = 100

    def __init__(self, guard: Guard) -> None:
        self._address = urlsplit(guard.url).netloc

    def http_open(self, request: urllib.request.Request) -> None:
        request.set_proxy(self._address, "http")

    https_open = http_open


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Closes the answer it leaves behind also where the new address is none."""

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
    ) -> Any:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _is_page(headers: Message, url: str) -> bool:
    """True for what is not itself a media file: yt-dlp looks for the video in it."""
    kind = headers.get_content_type()
    if kind.startswith("video/") or kind in SUFFIXES:
        return False
    named_video = PurePosixPath(urlsplit(url).path).suffix.lower() in VIDEO_EXTENSIONS
    return not (named_video and kind != "text/html")


def _stored_file(
    response: http.client.HTTPResponse, url: str, folder: Path, progress: Progress
) -> Source:
    said = response.headers.get("Content-Length", "")
    length = int(said) if said.isdigit() else None
    name = _file_name(response)
    with _part(folder) as part:
        digest = hashlib.sha256()
        done = 0
        _check_space(folder, length or 0)
        with part.open("wb") as file:
            while block := response.read(BLOCK):
                file.write(block)
                digest.update(block)
                done += len(block)
                if length:
                    progress(min(1.0, done / length))
                elif done % (64 * BLOCK) < len(block):
                    _check_space(folder, 0)
        if length is not None and done < length:
            raise InputError(f"{url} broke off after {done} of {length} bytes; try again.")
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in VIDEO_EXTENSIONS:
            suffix = SUFFIXES.get(response.headers.get_content_type(), ".bin")
        path = _keep(part, folder, digest.hexdigest(), suffix, url)
    return Source(path=path, uri=url, title=PurePosixPath(name).stem or url, recorded_at=None)


def _file_name(response: http.client.HTTPResponse) -> str:
    name = response.headers.get_filename()
    if name is None:
        name = unquote(urlsplit(response.url).path)
    else:
        with suppress(UnicodeError):  # servers send UTF-8, http.client takes it for Latin-1
            name = name.encode("latin-1").decode()
    return PurePosixPath(name.replace("\\", "/")).name


def _from_page(url: str, folder: Path, guard: Guard, progress: Progress) -> list[Source]:
    import yt_dlp

    def report(state: dict[str, Any]) -> None:
        total = state.get("total_bytes") or state.get("total_bytes_estimate")
        if total:
            progress(min(1.0, state.get("downloaded_bytes", 0) / total))
            _check_space(folder, 0)

    with _part(folder) as part:
        part.mkdir()
        options = {
            "outtmpl": str(part / "%(autonumber)s.%(ext)s"),
            "format": PAGE_FORMAT,
            "proxy": guard.url,
            "noplaylist": True,
            "playlist_items": f"1:{PAGE_VIDEOS}",
            "progress_hooks": [report],
            "logger": _Silence(),
            "noprogress": True,
            "cachedir": False,
            "fixup": "never",
            "hls_prefer_native": True,
            "socket_timeout": TIMEOUT_S,
            "retries": 2,
        }
        try:
            with yt_dlp.YoutubeDL(options) as downloader:
                info = downloader.extract_info(url)
        except yt_dlp.utils.YoutubeDLError as error:
            raise _page_sentence(url, guard, error) from error
        entries = [entry for entry in (info or {}).get("entries") or [info] if entry]
        return [
            _stored_entry(entry, path, folder, url)
            for entry in entries
            for path in _paths_of(entry)
        ]


class _Silence:
    """yt-dlp's messages: the error it raises says what matters."""

    def debug(self, _message: str) -> None:
        return None

    def warning(self, _message: str) -> None:
        return None

    def error(self, _message: str) -> None:
        return None


def _paths_of(entry: dict[str, Any]) -> list[Path]:
    downloads = entry.get("requested_downloads") or []
    return [Path(item["filepath"]) for item in downloads if Path(item["filepath"]).exists()]


def _stored_entry(entry: dict[str, Any], path: Path, folder: Path, url: str) -> Source:
    from pipeline.sources import sha256_of

    digest = sha256_of(path, lambda _: None)
    stamp = entry.get("timestamp")
    return Source(
        path=_keep(path, folder, digest, path.suffix, url),
        uri=entry.get("webpage_url") or url,
        title=entry.get("title") or url,
        recorded_at=datetime.fromtimestamp(stamp, UTC) if stamp else None,
    )


@contextmanager
def _part(folder: Path) -> Iterator[Path]:
    """A hidden name in the folder for what is not whole yet; nothing is left of it."""
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        yield part
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        part.unlink(missing_ok=True)


def _keep(part: Path, folder: Path, digest: str, suffix: str, url: str) -> Path:
    """Move a whole download to its name, once it is seen to be a video."""
    from pipeline.video import probe

    path = folder / f"{digest[:32]}{suffix}"
    try:
        probe(part)
    except UnreadableMedia as error:
        raise InputError(f"What {url} sends is not a video ClipOps can read.") from error
    part.replace(path)
    return path


def _check_space(folder: Path, coming: int) -> None:
    free = shutil.disk_usage(folder).free
    if free - coming < SPARE_BYTES:
        raise MachineError(
            f"The disk of {folder} has {free // 1_000_000} MB free, too little for this download; "
            "free some space or move data_dir."
        )


def _sentence(url: str, parts: SplitResult, guard: Guard, error: Exception) -> ClipOpsError:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
    known = _guard_sentence(url, guard)
    if known is not None:
        return known
    if isinstance(error, urllib.error.HTTPError):
        return InputError(f"{url} answers {error.code} {error.reason}; check the link.")
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError | socket.timeout):
        return InputError(
            f"{parts.hostname} did not answer within {TIMEOUT_S} seconds; try again later."
        )
    if isinstance(reason, OSError) and reason.filename:
        return MachineError(f"{reason.filename} cannot be written ({reason.strerror}).")
    return InputError(f"{urlunsplit(parts)} cannot be read ({reason}).")


def _guard_sentence(url: str, guard: Guard) -> InputError | None:
    match guard.problem:
        case "private":
            return InputError(
                f"{url} leads to this machine or a private network; set ingest.allow_private_urls "
                "to true in config.json if that is wanted."
            )
        case "unknown host":
            return InputError(
                f"The host of {url} is not known; check the link and the network connection."
            )
        case "no answer":
            return InputError(f"The host of {url} does not answer; try again later.")
        case None:
            return None


def _page_sentence(url: str, guard: Guard, error: Exception) -> ClipOpsError:
    cause = getattr(error, "exc_info", None)
    while cause and isinstance(cause[1], Exception):
        if isinstance(cause[1], ClipOpsError):
            return cause[1]
        cause = getattr(cause[1], "exc_info", None)
    known = _guard_sentence(url, guard)
    if known is not None:
        return known
    return InputError(f"No video was found at {url}; give a link to a video or to its page.")
