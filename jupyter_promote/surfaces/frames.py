"""What the server and its workers say to each other: a word, and bytes that belong to it."""

from __future__ import annotations

from typing import IO

_PIECE = 1 << 16  # bytes; a pipe of Linux holds as many


class Broken(Exception):
    """The other side has ended in the middle of a frame."""


def write(stream: IO[bytes], word: str, content: bytes | bytearray = b"") -> None:
    """Send a frame, in pieces: other threads go on between two of them.

    Raises:
        OSError: the other side has ended.
    """
    stream.write(f"{word} {len(content)}\n".encode())
    with memoryview(content) as whole:
        for start in range(0, len(whole), _PIECE):
            stream.write(whole[start : start + _PIECE])
    stream.flush()


def read(stream: IO[bytes]) -> tuple[str, bytes] | None:
    """Return the next frame; None where the other side has ended after the last one.

    Raises:
        Broken: it has ended in the middle of one.
    """
    head = stream.readline().decode()
    if not head:
        return None
    word, _, size = head.partition(" ")
    if not head.endswith("\n"):
        raise Broken
    content = bytearray()
    while missing := int(size) - len(content):
        piece = stream.read(min(missing, _PIECE))
        if not piece:
            raise Broken
        content += piece
    return word, bytes(content)
