"""Archives as hostile or broken programs write them: real bytes, by Python's own writer."""

import io
import stat
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes


def zipped(members: Mapping[str, Content] | list[tuple[str, Content]]) -> bytes:
    """A zip archive with these members, in order, names as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of duplicate names
        for name, content in members if isinstance(members, list) else members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def with_link(name: str, target: str) -> bytes:
    """An archive with a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return buffer.getvalue()


def encrypted(name: str) -> bytes:
    """An archive whose member says that it is encrypted."""
    data = bytearray(zipped({name: "secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def with_damaged(members: dict[str, Content], name: str) -> bytes:
    """An archive one of whose members has altered bytes."""
    data = bytearray(zipped(members))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name.encode())
    for position in range(start + 2, start + info.compress_size):
        data[position] ^= 0x55
    return bytes(data)


def bomb(name: str, size: int) -> bytes:
    """An archive with a member of `size` zeros, written without holding them."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w") as file,
    ):
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
    return buffer.getvalue()


def lying(name: str, content: bytes, size: int) -> bytes:
    """An archive whose member says that it has another size."""
    data = bytearray(zipped({name: content}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(signature) + offset
        data[start : start + 4] = size.to_bytes(4, "little")
    return bytes(data)


def with_method(name: str, method: int) -> bytes:
    """An archive whose member is packed in a way that Python does not know."""
    data = bytearray(zipped({name: "text"}))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.index(signature) + offset
        data[start : start + 2] = method.to_bytes(2, "little")
    return bytes(data)


def write(path: Path, data: bytes) -> Path:
    """`data` in a file."""
    path.write_bytes(data)
    return path
