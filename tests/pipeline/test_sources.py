from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from core.config import Config, IngestConfig
from core.errors import InputError
from pipeline.guard import Guard, is_public
from pipeline.sources import resolve, sha256_of
from tests.pipeline.odd_files import numbered, write

Reply = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A real web server on loopback whose pages a test lays out."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = site.pages.get(self.path.partition("?")[0])
                if page is None:
                    self.send_error(404)
                else:
                    page(self)

            do_HEAD = do_GET  # noqa: N815 - the name http.server asks for

            def log_message(self, *_: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def put(self, path: str, body: bytes, kind: str, *, length: int | None = None) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body) if length is None else length))
            request.end_headers()
            if request.command == "GET":
                request.wfile.write(body)

        self.pages[path] = reply

    def redirect(self, path: str, target: str) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", target)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.pages[path] = reply


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.05,))
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


@pytest.fixture
def open_config(tmp_path: Path) -> Config:
    """Private addresses allowed: the test's web server is on one."""
    return Config(data_dir=tmp_path / "data", ingest=IngestConfig(allow_private_urls=True))


@pytest.fixture
def strict_config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path / "data")


@pytest.fixture
def movie(tmp_path: Path) -> bytes:
    return write(tmp_path / "movie.mp4", numbered(20)).read_bytes()


class _Quiet:
    def debug(self, _: str) -> None:
        return None

    warning = error = debug


def nothing(_: float) -> None:
    return None


def sentence_of(config: Config, argument: str) -> str:
    with pytest.raises(InputError) as caught:
        resolve(config, [argument], nothing)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "Errno" not in message
    return message


def leftovers(config: Config) -> list[str]:
    folder = config.media_dir / "downloads"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


class TestFilesAndFolders:
    def test_a_file_is_taken_whatever_its_name(self, strict_config: Config, tmp_path: Path) -> None:
        path = tmp_path / "Gang 3 (뒷문).backup"
        path.write_bytes(b"x")
        (source,) = resolve(strict_config, [str(path)], nothing)
        assert source.path == path
        assert source.uri == str(path)
        assert source.title == "Gang 3 (뒷문)"

    def test_a_folder_is_searched_through_in_order_without_hidden_files(
        self, strict_config: Config, tmp_path: Path
    ) -> None:
        for name in ("b.mp4", "a.MOV", "deep/er/c.gif", ".hidden.mp4", ".cache/d.mp4", "notes.txt"):
            path = tmp_path / "videos" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        found = resolve(strict_config, [str(tmp_path / "videos")], nothing)
        names = [s.path.relative_to(tmp_path / "videos").as_posix() for s in found]
        assert names == ["a.MOV", "b.mp4", "deep/er/c.gif"]

    def test_a_relative_path_is_stored_whole(
        self, strict_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.mp4").touch()
        monkeypatch.chdir(tmp_path)
        (source,) = resolve(strict_config, ["a.mp4"], nothing)
        assert source.path == tmp_path / "a.mp4"

    def test_a_name_of_another_encoding_does_not_stop_the_others(
        self, strict_config: Config, tmp_path: Path
    ) -> None:
        old = os.fsdecode("영상".encode("cp949") + b".mp4")
        for name in ("a.mp4", old, "한글.mp4"):
            (tmp_path / name).touch()
        found = resolve(strict_config, [str(tmp_path)], nothing)
        assert sorted(source.title for source in found) == ["????", "a", "한글"]
        bad = next(source for source in found if "?" in source.title)
        bad.uri.encode()
        with pytest.raises(InputError, match=r"\?\?\?\?\.mp4 is not valid UTF-8; rename it"):
            _ = bad.path
        assert "not valid UTF-8" in sentence_of(strict_config, str(tmp_path / old))
        with pytest.raises(InputError, match="not valid UTF-8"):
            resolve(strict_config, [str(tmp_path / old)], nothing)

    def test_a_folder_of_another_encoding(self, strict_config: Config, tmp_path: Path) -> None:
        folder = tmp_path / os.fsdecode("매장".encode("cp949"))
        folder.mkdir()
        (folder / "a.mp4").touch()
        (source,) = resolve(strict_config, [str(tmp_path)], nothing)
        assert (source.title, source.uri) == ("a", str(tmp_path / "????" / "a.mp4"))

    def test_a_missing_path(self, strict_config: Config) -> None:
        assert sentence_of(strict_config, "/no/such/thing.mp4").startswith(
            "/no/such/thing.mp4 does not exist"
        )

    def test_a_folder_without_video(self, strict_config: Config, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").touch()
        assert "There is no video in" in sentence_of(strict_config, str(tmp_path))

    def test_a_name_no_file_can_have(self, strict_config: Config) -> None:
        assert "is not a path" in sentence_of(strict_config, "a\0b.mp4")
        assert "cannot be read" in sentence_of(strict_config, "x" * 5_000)

    def test_the_digest_is_of_the_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        data = os.urandom(3_000_000)
        path.write_bytes(data)
        shares: list[float] = []
        assert sha256_of(path, shares.append) == hashlib.sha256(data).hexdigest()
        assert shares[-1] == 1.0


class TestDirectLinks:
    def test_the_file_is_fetched_with_progress(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        site.put("/cam/back%20door.mp4", movie, "video/mp4")
        shares: list[float] = []
        url = f"{site.url}/cam/back%20door.mp4?x=1"
        (source,) = resolve(open_config, [url], shares.append)
        assert source.path.read_bytes() == movie
        assert (source.uri, source.title) == (url, "back door")
        assert shares == sorted(shares)
        assert shares[-1] == 1.0

    def test_a_link_with_korean_letters(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        site.put(f"/{quote('영상 목록')}/{quote('뒷문')}.mp4", movie, "video/mp4")
        url = f"{site.url}/영상 목록/뒷문.mp4?이름=값&x=%20"
        (source,) = resolve(open_config, [url], nothing)
        assert source.path.read_bytes() == movie
        assert (source.uri, source.title) == (url, "뒷문")
        assert site.asked == [
            f"/{quote('영상 목록')}/{quote('뒷문.mp4')}?{quote('이름')}={quote('값')}&x=%20"
        ]

    def test_a_korean_name_in_the_answer(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", "video/mp4")
            name = "뒷문.mp4".encode().decode("latin-1")
            request.send_header("Content-Disposition", f'attachment; filename="{name}"')
            request.end_headers()
            request.wfile.write(movie)

        site.pages["/get"] = reply
        (source,) = resolve(open_config, [f"{site.url}/get"], nothing)
        assert source.title == "뒷문"

    def test_a_korean_host_is_looked_up_by_its_ascii_name(self, open_config: Config) -> None:
        assert "is not known" in sentence_of(open_config, "http://없는호스트.invalid/영상.mp4")

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com:99999/a.mp4",
            "http://example.com:영/a.mp4",
            "http://[::1/a.mp4",
            "http://[영상]/a.mp4",
            f"http://{'영' * 80}.com/a.mp4",
            "http://example.com/\udcbf.mp4",
        ],
    )
    def test_what_only_looks_like_a_link(self, open_config: Config, url: str) -> None:
        message = sentence_of(open_config, url)
        assert "is not a link ClipOps can read" in message
        message.encode()

    def test_a_redirect_to_what_is_no_link(self, site: Site, open_config: Config) -> None:
        site.redirect("/a.mp4", "http://[::1/b.mp4")
        assert "cannot be read" in sentence_of(open_config, f"{site.url}/a.mp4")

    def test_twice_is_one_file(self, site: Site, open_config: Config, movie: bytes) -> None:
        site.put("/a.mp4", movie, "application/octet-stream")
        site.put("/b", movie, "video/mp4")
        found = resolve(open_config, [f"{site.url}/a.mp4", f"{site.url}/b"], nothing)
        assert found[0].path == found[1].path
        assert leftovers(open_config) == [found[0].path.name]

    def test_redirects_are_followed(self, site: Site, open_config: Config, movie: bytes) -> None:
        site.put("/a.mp4", movie, "video/mp4")
        site.redirect("/start", "/a.mp4")
        (source,) = resolve(open_config, [f"{site.url}/start"], nothing)
        assert source.path.read_bytes() == movie

    def test_not_found(self, site: Site, open_config: Config) -> None:
        assert "404" in sentence_of(open_config, f"{site.url}/no.mp4")

    def test_something_else_named_like_a_video(self, site: Site, open_config: Config) -> None:
        site.put("/a.mp4", b"hello there " * 100, "video/mp4")
        assert "is not a video" in sentence_of(open_config, f"{site.url}/a.mp4")
        assert leftovers(open_config) == []

    def test_a_connection_that_breaks_off(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        site.put("/a.mp4", movie[:1_000], "video/mp4", length=len(movie))
        assert "broke off" in sentence_of(open_config, f"{site.url}/a.mp4")
        assert leftovers(open_config) == []

    def test_nobody_listens(self, open_config: Config) -> None:
        assert "does not answer" in sentence_of(open_config, "http://127.0.0.1:1/a.mp4")

    def test_a_host_nobody_knows(self, open_config: Config) -> None:
        assert "is not known" in sentence_of(open_config, "http://no-such-host.invalid/a.mp4")

    @pytest.mark.parametrize(
        "url", ["ftp://example.com/a.mp4", "file:///etc/passwd", "rtsp://10.0.0.1/live", "://x"]
    )
    def test_other_protocols(self, open_config: Config, url: str) -> None:
        assert "links cannot be ingested" in sentence_of(open_config, url)

    def test_a_password_in_the_link(self, open_config: Config) -> None:
        message = sentence_of(open_config, "https://me:secret@example.com/a.mp4")
        assert "secret" not in message

    def test_a_redirect_to_a_file_is_not_followed(self, site: Site, open_config: Config) -> None:
        site.redirect("/a.mp4", "file:///etc/passwd")
        sentence_of(open_config, f"{site.url}/a.mp4")


class TestPages:
    def test_the_video_of_a_page_is_found(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        page = b"<html><title>Front door</title><body><video src='/m.mp4'></video></body></html>"
        site.put("/watch", page, "text/html")
        site.put("/m.mp4", movie, "video/mp4")
        (source,) = resolve(open_config, [f"{site.url}/watch"], nothing)
        assert source.path.read_bytes() == movie
        assert source.title.startswith("Front door")
        assert leftovers(open_config) == [source.path.name]

    def test_a_page_with_korean_letters_in_its_link(
        self, site: Site, open_config: Config, movie: bytes
    ) -> None:
        page = "<html><meta charset=utf-8><title>뒷문</title><video src='/m.mp4'></video></html>"
        site.put(f"/{quote('보기')}", page.encode(), "text/html; charset=utf-8")
        site.put("/m.mp4", movie, "video/mp4")
        (source,) = resolve(open_config, [f"{site.url}/보기"], nothing)
        assert source.path.read_bytes() == movie
        assert source.title.startswith("뒷문")

    def test_a_page_without_video(self, site: Site, open_config: Config) -> None:
        site.put("/", b"<html><body>hello</body></html>", "text/html")
        assert "No video was found" in sentence_of(open_config, f"{site.url}/")
        assert leftovers(open_config) == []


class TestPrivateAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "[::1]",
            "[fd00::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "2130706433",
        ],
    )
    def test_are_refused(self, strict_config: Config, host: str) -> None:
        message = sentence_of(strict_config, f"http://{host}/a.mp4")
        assert "private network" in message
        assert "allow_private_urls" in message

    def test_are_never_asked(
        self,
        site: Site,
        strict_config: Config,
        movie: bytes,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.setenv("no_proxy", "*")
        site.put("/a.mp4", movie, "video/mp4")
        sentence_of(strict_config, f"{site.url}/a.mp4")
        assert site.asked == []

    @pytest.mark.parametrize(
        ("address", "public"),
        [
            ("93.184.216.34", True),
            ("2606:2800:220:1::1", True),
            ("100.64.0.1", False),
            ("224.0.0.1", False),
            ("fe80::1%eth0", False),
            ("64:ff9b::a00:1", False),
            ("2002:7f00:1::", False),
        ],
    )
    def test_disguises_are_seen_through(self, address: str, public: bool) -> None:
        assert is_public(address) is public

    def test_are_out_of_reach_of_pages_too(
        self, site: Site, strict_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import yt_dlp

        monkeypatch.setenv("no_proxy", "*")
        site.put("/watch", b"<html><video src='/m.mp4'></video></html>", "text/html")
        with Guard(allow_private=False) as guard:
            options = {"proxy": guard.url, "quiet": True, "logger": _Quiet(), "retries": 0}
            with yt_dlp.YoutubeDL(options) as downloader, pytest.raises(yt_dlp.DownloadError):
                downloader.extract_info(f"{site.url}/watch", download=False)
        assert site.asked == []

    def test_the_guard_checks_every_connection_it_makes(self, site: Site, movie: bytes) -> None:
        """Whatever a downloader follows, redirects too, is a new connection through the guard."""
        with Guard(allow_private=False) as guard:
            assert guard.connect("localhost", 80) is None
            assert guard.problem == "private"
