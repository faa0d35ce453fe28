"""Outputs inside the notebook: their bytes, shown by IPython."""

from __future__ import annotations

import base64

from IPython.display import Audio, Image, Video


def displayed(data: bytes, mime: str, kind: str) -> Video | Image | Audio:
    """Return what shows an output and holds its bytes.

    Args:
        data: The output.
        mime: Its MIME type, as ``image/png``.
        kind: The kind of its project, which counts where the MIME type tells nothing.
    """
    media, _, subtype = mime.partition("/")
    if media not in ("video", "image", "audio"):
        media = kind
    if media == "image":
        return _image(data, mime, subtype)
    if media == "audio":
        audio = Audio(data=data)  # type: ignore[no-untyped-call]  # untyped
        audio.mimetype = mime  # else it takes all bytes for audio/wav
        return audio
    return Video(data=data, embed=True, mimetype=mime)  # type: ignore[no-untyped-call]  # untyped


def _image(data: bytes, mime: str, subtype: str) -> Image:
    try:
        return Image(data=data, format=subtype, embed=True)  # type: ignore[no-untyped-call]  # untyped
    except ValueError:
        # IPython embeds a few formats only. An address that holds the bytes does as well.
        address = f"data:{mime};base64,{base64.b64encode(data).decode()}"
        return Image(url=address, embed=False)  # type: ignore[no-untyped-call]  # untyped
