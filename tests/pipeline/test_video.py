from __future__ import annotations

import hashlib
import resource
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from core.errors import MachineError, UnreadableMedia
from pipeline.video import (
    encode_mp4,
    frame_at,
    packet_sizes,
    probe,
    sample_frames,
    write_browser_copy,
    write_thumbnail,
)
from tests.pipeline.odd_files import numbered, write, write_sound


def columns(image: np.ndarray) -> int:
    """Which of the numbered frames this is (images as wide as written)."""
    return round(float((image.min(axis=2).mean(axis=0) > 128).sum()) / 5)


def sentence_of(path: Path) -> str:
    with pytest.raises(UnreadableMedia) as caught:
        probe(path)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "Errno" not in message
    return message


class TestWhatAFileIs:
    def test_a_plain_mp4(self, tmp_path: Path) -> None:
        facts = probe(write(tmp_path / "a.mp4", numbered(25), sound=True))
        assert facts.duration_ms == 2_500
        assert facts.start_ms == 0
        assert facts.fps == pytest.approx(10)
        assert (facts.width, facts.height, facts.rotation) == (160, 120, 0)
        assert (facts.codec, facts.container) == ("h264", "mp4")
        assert facts.has_audio
        assert facts.browser_playable

    def test_times_count_from_the_first_frame_of_a_late_start(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mkv", numbered(20), offset_s=18_000.0)
        facts = probe(path)
        assert facts.start_ms == 18_000_000
        assert facts.duration_ms == 2_000
        assert [f.at_ms for f in sample_frames(path, fps=10, width=160)] == list(
            range(0, 2_000, 100)
        )
        assert columns(frame_at(path, 700, width=160).image) == 7

    def test_a_late_start_is_not_left_to_the_browser(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(20), offset_s=3.0)
        facts = probe(path)
        assert facts.start_ms == pytest.approx(3_000, abs=1)
        assert not facts.browser_playable

    def test_a_variable_frame_rate_keeps_the_true_times(self, tmp_path: Path) -> None:
        times = [0.0, 0.1, 0.2, 1.7, 1.8, 4.0, 4.033, 4.066, 4.1, 9.0]
        path = write(tmp_path / "a.mp4", numbered(10), times=times)
        found = list(sample_frames(path, fps=60, width=160))
        assert [f.at_ms for f in found] == [round(t * 1_000) for t in times]
        assert [columns(f.image) for f in found] == list(range(10))
        assert columns(frame_at(path, 3_999, width=160).image) == 4
        assert columns(frame_at(path, 4_000, width=160).image) == 5

    @pytest.mark.parametrize("rotation", [90, 180, 270])
    def test_pictures_of_a_turned_phone_come_upright(self, tmp_path: Path, rotation: int) -> None:
        path = write(tmp_path / "a.mp4", numbered(12), rotation=rotation)
        facts = probe(path)
        assert facts.rotation == rotation
        size = (160, 120) if rotation == 180 else (120, 160)
        assert (facts.width, facts.height) == size
        image = next(sample_frames(path, fps=1, width=1_000)).image
        assert image.shape == (size[1], size[0], 3)
        # Stored: red above blue. Turned 90 degrees clockwise the top is on the right.
        red, blue = {
            90: (image[80, 110], image[80, 10]),
            180: (image[110, 80], image[10, 80]),
            270: (image[80, 10], image[80, 110]),
        }[rotation]
        assert red[2] > 150 > red[0]
        assert blue[0] > 150 > blue[2]

    def test_an_odd_clock(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(30), fps=30, clock=11_456)
        assert probe(path).duration_ms == pytest.approx(1_000, abs=40)
        times = [f.at_ms for f in sample_frames(path, fps=60, width=160)]
        assert times == [pytest.approx(k * 100 / 3, abs=1) for k in range(30)]

    def test_frames_out_of_order_come_in_order(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(30), b_frames=3, options={"b-pyramid": "normal"})
        found = list(sample_frames(path, fps=10, width=160))
        assert [columns(f.image) for f in found] == list(range(30))

    @pytest.mark.parametrize(
        ("name", "codec", "pixels", "playable"),
        [
            ("a.mp4", "libx264", "yuv420p", True),
            ("a.mp4", "libx264", "yuv444p", False),
            ("a.mp4", "libx264", "yuv420p10le", False),
            ("a.mov", "libx264", "yuv420p", False),
            ("a.mkv", "libx264", "yuv420p", False),
            ("a.webm", "libvpx-vp9", "yuv420p", True),
            ("a.webm", "libvpx", "yuv420p", True),
            ("a.avi", "mpeg4", "yuv420p", False),
            ("a.ts", "libx264", "yuv420p", False),
        ],
    )
    def test_what_browsers_play(
        self, tmp_path: Path, name: str, codec: str, pixels: str, playable: bool
    ) -> None:
        clock = 10 if codec == "mpeg4" else 90_000
        path = write(tmp_path / name, numbered(10), codec=codec, pixel_format=pixels, clock=clock)
        facts = probe(path)
        assert facts.browser_playable is playable
        assert facts.container == name[2:].replace("ts", "mpegts")
        assert facts.duration_ms == pytest.approx(1_000, abs=101)
        assert 9 <= len(list(sample_frames(path, fps=10, width=160))) <= 10

    def test_a_gif_is_a_video(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.gif", numbered(12), codec="gif", pixel_format="rgb8", clock=100)
        facts = probe(path)
        assert facts.container == "gif"
        assert facts.duration_ms == pytest.approx(1_200, abs=110)
        assert not facts.browser_playable
        assert [columns(f.image) for f in sample_frames(path, fps=10, width=160)] == list(range(12))

    def test_a_single_frame_is_a_short_video(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(1))
        assert probe(path).duration_ms >= 1
        assert len(list(sample_frames(path, fps=4, width=160))) == 1


class TestWhatCannotBeRead:
    def test_missing(self, tmp_path: Path) -> None:
        assert "does not exist" in sentence_of(tmp_path / "no.mp4")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "is not a file" in sentence_of(tmp_path)

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").touch()
        assert "is empty" in sentence_of(tmp_path / "a.mp4")

    @pytest.mark.parametrize("text", ["Dear diary,\nnothing today.\n" * 50, "\0" * 5_000, "G"])
    def test_no_video_at_all(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "a.mp4").write_text(text)
        assert "is not a video" in sentence_of(tmp_path / "a.mp4")

    def test_sound_only(self, tmp_path: Path) -> None:
        assert "has sound but no picture" in sentence_of(write_sound(tmp_path / "a.mp4"))

    def test_an_mp4_without_its_index(self, tmp_path: Path) -> None:
        whole = write(tmp_path / "whole.mp4", numbered(50)).read_bytes()
        cut = tmp_path / "a.mp4"
        cut.write_bytes(whole[: whole.index(b"moov") - 100])
        assert "moov" in sentence_of(cut)

    def test_an_mp4_that_promises_frames_and_has_none(self, tmp_path: Path) -> None:
        whole = write(
            tmp_path / "whole.mp4", numbered(50), container_options={"movflags": "+faststart"}
        ).read_bytes()
        cut = tmp_path / "a.mp4"
        cut.write_bytes(whole[: whole.index(b"mdat") + 4])
        assert "can be decoded" in sentence_of(cut)

    def test_an_mp4_of_no_length(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mp4"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            output.start_encoding()
        sentence_of(path)

    def test_noise_where_pictures_should_be(self, tmp_path: Path) -> None:
        data = bytearray(write(tmp_path / "whole.mp4", numbered(50)).read_bytes())
        start = data.index(b"mdat") + 4
        end = data.index(b"moov") - 4
        data[start:end] = np.random.default_rng(1).bytes(end - start)
        (tmp_path / "a.mp4").write_bytes(data)
        sentence_of(tmp_path / "a.mp4")

    @pytest.mark.parametrize(
        "playlist",
        [
            "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{victim}\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile '{victim}'\n",
            '<?xml version="1.0"?><MPD><BaseURL>file://{victim}</BaseURL></MPD>',
            "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        ],
    )
    def test_a_playlist_cannot_read_other_files(self, tmp_path: Path, playlist: str) -> None:
        victim = write(tmp_path / "victim.mp4", numbered(20))
        (tmp_path / "a.mp4").write_text(playlist.format(victim=victim))
        assert "is not a video" in sentence_of(tmp_path / "a.mp4")


class TestDamage:
    def test_a_recording_cut_off_is_a_video_of_what_is_there(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (100, 120, 160, 3), dtype=np.uint8)
        path = tmp_path / "a.mp4"
        encode_mp4(path, noise, fps=10)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        facts = probe(path)
        assert 5_000 < facts.duration_ms < 7_000
        assert not facts.browser_playable
        times = [f.at_ms for f in sample_frames(path, fps=4, width=160)]
        assert 5_000 < max(times) < facts.duration_ms

    def test_damage_in_the_middle_is_passed_over(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (100, 120, 160, 3), dtype=np.uint8)
        path = tmp_path / "a.mp4"
        encode_mp4(path, noise, fps=10)
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 2_000] = b"\xff" * 2_000
        path.write_bytes(data)
        assert probe(path).duration_ms == 10_000
        assert max(f.at_ms for f in sample_frames(path, fps=4, width=160)) >= 9_700


class TestSampling:
    def test_keyframes_serve_where_they_are_close_enough(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(60), keyframe_interval=10)
        found = list(sample_frames(path, fps=1, width=160))
        assert [f.at_ms for f in found] == [0, 1_000, 2_000, 3_000, 4_000, 5_000]
        assert [columns(f.image) for f in found] == [0, 10, 20, 30, 8, 18]  # 32 columns in all

    def test_far_keyframes_do_not_thin_the_samples(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(100), keyframe_interval=1_000, b_frames=2)
        for fps in (1.0, 2.0, 4.0):
            times = [f.at_ms for f in sample_frames(path, fps=fps, width=160)]
            assert len(times) == 10 * fps
            assert all(abs(b - a - 1_000 / fps) <= 500 / fps for a, b in pairwise(times))

    def test_open_groups_decode(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "a.mp4",
            numbered(100),
            b_frames=3,
            options={"x264-params": "open-gop=1:keyint=10:min-keyint=10:scenecut=0"},
        )
        for fps in (1.0, 4.0, 10.0):
            found = list(sample_frames(path, fps=fps, width=160))
            assert len(found) == pytest.approx(10 * fps, abs=2 + fps * 2)
            assert [columns(f.image) for f in found] == [f.at_ms // 100 % 32 for f in found]

    def test_a_window_gives_what_the_whole_gives(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(100), b_frames=2, keyframe_interval=25)
        found = list(sample_frames(path, fps=10, width=160, start_ms=4_200, end_ms=6_100))
        assert [f.at_ms for f in found] == list(range(4_200, 6_100, 100))
        assert [columns(f.image) for f in found] == [f.at_ms // 100 % 32 for f in found]

    @pytest.mark.parametrize(
        ("name", "codec", "clock"),
        [
            ("a.mkv", "libx264", 90_000),
            ("a.ts", "libx264", 90_000),
            ("a.h264", "libx264", 90_000),
            ("a.avi", "mpeg4", 25),
            ("a.mpg", "mpeg1video", 25),
            ("a.webm", "libvpx-vp9", 90_000),
            ("a.mkv", "mjpeg", 90_000),
        ],
    )
    def test_windows_and_single_frames_are_those_of_the_whole_in_every_container(
        self, tmp_path: Path, name: str, codec: str, clock: int
    ) -> None:
        path = write(
            tmp_path / name,
            numbered(150),
            fps=25,
            codec=codec,
            clock=clock,
            pixel_format="yuvj420p" if codec == "mjpeg" else "yuv420p",
            b_frames=0 if codec in ("mjpeg", "libvpx-vp9") else 2,
        )
        whole = {f.at_ms: f.image for f in sample_frames(path, fps=100, width=160)}
        assert len(whole) >= 145
        window = list(sample_frames(path, fps=25, width=160, start_ms=3_100, end_ms=4_900))
        assert len(window) == pytest.approx(45, abs=3)
        singles = [frame_at(path, at_ms, width=160) for at_ms in sorted(whole)[5:140:27]]
        for frame in [*window, *singles]:
            assert np.abs(frame.image.astype(int) - whole[frame.at_ms]).mean() < 1

    def test_frames_are_made_smaller_but_never_larger(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(5))
        assert next(sample_frames(path, fps=1, width=80)).image.shape == (60, 80, 3)
        assert next(sample_frames(path, fps=1, width=640)).image.shape == (120, 160, 3)

    def test_sampling_is_the_same_every_time(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(100), b_frames=2, keyframe_interval=30)

        def digest() -> str:
            frames = sample_frames(path, fps=4, width=64)
            return hashlib.sha256(b"".join(f.image.tobytes() for f in frames)).hexdigest()

        assert digest() == digest()

    def test_packet_sizes_are_those_of_the_frames_in_order(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(30), b_frames=2)
        at_ms, size, keyframe = packet_sizes(path)
        assert at_ms.tolist() == list(range(0, 3_000, 100))
        assert size.min() > 0
        assert keyframe.tolist() == [k % 10 == 0 for k in range(30)]


class TestOneFrame:
    def test_beyond_the_end_is_the_last_frame(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(20))
        assert frame_at(path, 99_000, width=160).at_ms == 1_900

    def test_a_thumbnail_is_the_frame_as_jpeg(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.mp4", numbered(20))
        target = tmp_path / "deep" / "down" / "700.jpg"
        write_thumbnail(path, 700, target, width=480)
        image = cv2.imread(str(target))
        assert image is not None
        assert image.shape == (120, 160, 3)
        assert columns(image) == 7
        assert [p.name for p in target.parent.iterdir()] == ["700.jpg"]


class TestWriting:
    def test_the_same_frames_give_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("a.mp4", "b.mp4"):
            encode_mp4(tmp_path / name, numbered(30), fps=10)
        assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()

    def test_what_is_written_can_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mp4"
        encode_mp4(path, numbered(40, width=161, height=121), fps=20, keyframe_interval=40)
        facts = probe(path)
        assert (facts.width, facts.height, facts.duration_ms, facts.fps) == (160, 120, 2_000, 20)
        assert facts.browser_playable
        assert packet_sizes(path)[2].tolist()[0] is True

    def test_no_frame_is_an_error_and_leaves_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="at least one frame"):
            encode_mp4(tmp_path / "a.mp4", [], fps=10)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("name", "codec", "pixels"),
        [
            ("a.avi", "mpeg4", "yuv420p"),
            ("a.gif", "gif", "rgb8"),
            ("a.mov", "libx264", "yuv444p"),
            ("a.ts", "mpeg2video", "yuv420p"),
        ],
    )
    def test_browsers_play_the_copy(
        self, tmp_path: Path, name: str, codec: str, pixels: str
    ) -> None:
        clock = 100 if codec == "gif" else 25 if codec in ("mpeg4", "mpeg2video") else 90_000
        source = write(
            tmp_path / name,
            numbered(25, width=162, height=122),
            fps=25,
            codec=codec,
            pixel_format=pixels,
            clock=clock,
        )
        shares: list[float] = []
        write_browser_copy(source, tmp_path / "copy.mp4", shares.append)
        facts, original = probe(tmp_path / "copy.mp4"), probe(source)
        assert facts.browser_playable
        assert (facts.codec, facts.container) == ("h264", "mp4")
        assert facts.duration_ms == pytest.approx(original.duration_ms, abs=60)
        assert (facts.width, facts.height) == (162, 122)
        assert shares == sorted(shares)
        assert shares[-1] == 1.0

    def test_the_copy_keeps_times_turn_and_sound(self, tmp_path: Path) -> None:
        times = [0.0, 0.1, 0.5, 0.6, 2.0, 2.1, 2.9]
        source = write(
            tmp_path / "a.mkv",
            numbered(7, width=163, height=121),
            times=times,
            offset_s=5.0,
            pixel_format="yuv444p",
            sound=True,
        )
        write_browser_copy(source, tmp_path / "copy.mp4", lambda _: None)
        facts = probe(tmp_path / "copy.mp4")
        assert (facts.width, facts.height, facts.has_audio) == (162, 120, True)
        found = [f.at_ms for f in sample_frames(tmp_path / "copy.mp4", fps=60, width=160)]
        assert found == [pytest.approx(t * 1_000, abs=2) for t in times]
        with av.open(str(tmp_path / "copy.mp4")) as copy:
            sound = copy.streams.audio[0]
            assert sound.codec_context.name == "aac"
            heard = sum(frame.samples for frame in copy.decode(sound)) / 48_000
        assert heard == pytest.approx(2.9, abs=0.1)

    def test_a_full_disk_leaves_no_half_file(self, tmp_path: Path) -> None:
        source = write(
            tmp_path / "a.gif", numbered(40), codec="gif", pixel_format="rgb8", clock=100
        )
        target = tmp_path / "out" / "copy.mp4"
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
        try:
            with pytest.raises(MachineError, match="free some disk space"):
                write_browser_copy(source, target, lambda _: None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert not list(target.parent.iterdir())


class TestRealFootage:
    def test_every_real_clip_is_read(self, shared_media: Path) -> None:
        clips = sorted([*shared_media.glob("*.mp4"), *shared_media.glob("*.gif")])
        assert len(clips) >= 9
        for clip in clips:
            facts = probe(clip)
            frames = list(sample_frames(clip, fps=2, width=160))
            assert facts.duration_ms > 2_000
            assert facts.browser_playable is (clip.suffix == ".mp4")
            assert len(frames) == pytest.approx(facts.duration_ms / 500, abs=2)
            assert frames[-1].at_ms < facts.duration_ms

    def test_sampling_shows_the_same_pictures_as_decoding_everything(
        self, shared_media: Path
    ) -> None:
        clip = shared_media / "bottle-detection.mp4"
        capture = cv2.VideoCapture(str(clip))
        whole = [image for _, image in iter(capture.read, (False, None))]
        capture.release()
        for frame in sample_frames(clip, fps=2, width=640, end_ms=15_000):
            same = whole[round(frame.at_ms * 179 / 6 / 1_000)]
            assert np.abs(frame.image.astype(int) - same).mean() < 3
