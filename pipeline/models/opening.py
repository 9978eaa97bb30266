"""Opening media files with PyAV (FFmpeg), and saying in one sentence why one cannot be.

Only plain files are opened. Playlists (HLS, DASH, concat) are refused and no protocol but
``file`` exists, so a media file can neither read other files nor reach the network.
"""

from __future__ import annotations

from pathlib import Path

import av
from av.error import FFmpegError

from core.errors import UnreadableMedia

DEMUXERS = (
    "mov,matroska,webm,avi,flv,live_flv,gif,apng,webp_anim,mpeg,mpegts,mpegvideo,asf,ogg,mxf,nut,ivf,"
    "m4v,h264,hevc,av1,obu,mjpeg,dv,dhav,wtv,rm,3gp,yuv4mpegpipe,mp3,wav,flac,aac"
)
"""Containers of moving pictures (and of bare sound, to say that it is sound). ``dhav`` is what
Dahua recorders write. Everything that refers to other files is left out."""


def open_media(path: Path) -> av.container.InputContainer:
    """Open for reading. Raises UnreadableMedia when missing, empty or not a known container."""
    if not path.exists():
        raise UnreadableMedia(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise UnreadableMedia(f"{path} is not a file; give the path of a video file.")
    if path.stat().st_size == 0:
        raise UnreadableMedia(f"{path.name} is empty (0 bytes); copy or download it again.")
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    try:
        return av.open(str(path.resolve()), container_options=options, metadata_errors="replace")
    except PermissionError as error:
        raise UnreadableMedia(f"{path.name} may not be read; check its permissions.") from error
    except FFmpegError as error:
        raise UnreadableMedia(_not_a_video(path)) from error


def no_picture(path: Path, has_sound: bool) -> str:
    if has_sound:
        return f"{path.name} has sound but no picture; give a file with video in it."
    return f"{path.name} holds neither picture nor sound; give a file with video in it."


def _not_a_video(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4_096)
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free"):
        return (
            f"{path.name} is an MP4 or MOV file without its index (the moov box), as an "
            "interrupted recording or download leaves it; export or download it again."
        )
    return f"{path.name} is not a video in a format ClipOps can read; convert it to MP4."
