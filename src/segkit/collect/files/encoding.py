"""In which encoding a text file is written, and the file in UTF-8 for engines that read no other.

An encoding is found by strict decoding, never by likelihood alone: UTF-8 that decodes is UTF-8,
because no other text of any length does so by accident. GB18030 and Latin-1 are told apart by
how their characters stand, and where that does not tell, the answer is asked for.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from segkit.collect.options import ENCODINGS
from segkit.errors import DataError
from segkit.i18n import _, format_number, ngettext

_CHUNK = 1 << 20
#: What is looked at to find a header, and to tell encodings apart.
HEAD = 1 << 20
#: Engines read no longer ones, and no table has them.
LONGEST_LINE = 2_000_000
#: So many bytes beyond a character's first do not fit UTF-8 by accident.
_CERTAIN = 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SHOWN = {"utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030", "latin-1": "Latin-1"}
_ASK = "Say which with ReadOptions(encoding='gb18030') or 'latin-1' (in a notebook: encoding)."
_HIGH = re.compile("[^\x00-\x7f]+")


@dataclass
class Scan:
    """What a file's text holds: counted while it is decoded once from end to end."""

    codec: str
    line: int = 1
    following: int = 0
    nulls: int = 0
    null_line: int = 0
    feeds: int = 0
    pairs: int = 0
    returns: int = 0
    unbroken: int = 0
    half: bool = False

    @property
    def mixed_ends(self) -> bool:
        """Whether lines end in several ways, of which engines accept one."""
        if self.pairs:
            return not self.pairs == self.feeds == self.returns
        return bool(self.feeds and self.returns)

    def take(self, text: str) -> None:
        """Count a piece of text."""
        found = text.count("\0")
        if found and not self.nulls:
            self.null_line = self.line + text.count("\n", 0, text.index("\0"))
        self.nulls += found
        feeds = text.count("\n")
        self.feeds += feeds
        self.line += feeds
        self.returns += text.count("\r")
        self.pairs += text.count("\r\n") + (self.half and text.startswith("\n"))
        self.half = text.endswith("\r") if text else self.half
        end = max(text.rfind("\n"), text.rfind("\r"))
        self.unbroken = self.unbroken + len(text) if end < 0 else len(text) - end - 1


@contextmanager
def open_binary(path: Path, where: str) -> Iterator[IO[bytes]]:
    """Open a file's bytes, unpacked where its name ends in ``.gz``; word what goes wrong."""
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
            yield file  # type: ignore[misc]  # gzip's file is one of bytes too
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{where} is no whole gzip file. Send it again, unpacked.") from error
    except OSError as error:
        reason = error.strerror or "the disk gave no reason"
        raise DataError(f"{where} cannot be read: {reason}. Try again.") from error


def read_head(path: Path, encoding: str | None, *, where: str) -> tuple[str, str]:
    """Decode the beginning of a file: its text without a mark in front, and the codec."""
    with open_binary(path, where) as file:
        head = file.read(HEAD)
    codec = _marked(head, encoding) or _decodes(head, where)
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    return decoder.decode(head).removeprefix("\ufeff").replace("\0", ""), codec


@contextmanager
def as_utf8(
    path: Path, encoding: str | None, *, where: str, plain: bool = False
) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Give a file that engines can read: itself, or for the ``with`` block a copy in UTF-8.

    A copy also leaves out NUL characters and writes all ends of lines in one way.

    Parameters
    ----------
    path : Path
    encoding : str or None
        One of ``ENCODINGS``, where it is known.
    where : str
        Who asks and about which file, for the wording of an error.
    plain : bool
        Whether the mark at the beginning has to go and the file must not be packed.

    Yields
    ------
    tuple
        The path, the codec that was found, and notes for the reader of a report.

    Raises
    ------
    DataError
        If the file does not decode, naming the line; or if nothing tells its encoding, or a
        line is longer than any table's.
    """
    scan = _scan(path, encoding, where)
    notes = _notes(scan, named=encoding is not None)
    packed = plain and path.name.lower().endswith(".gz")
    marked = scan.codec == "utf-8-sig" and plain
    if scan.codec in {"utf-8", "utf-8-sig"} and not (
        scan.nulls or scan.mixed_ends or packed or marked
    ):
        yield path, scan.codec, notes
        return
    with tempfile.TemporaryDirectory(prefix="segkit-") as folder:
        copy = Path(folder) / "utf8.csv"
        _copy(path, copy, scan, where)
        yield copy, scan.codec, notes


def _copy(path: Path, copy: Path, scan: Scan, where: str) -> None:
    # None makes \r\n and \r into \n: of several ends of lines engines accept one.
    newline = None if scan.mixed_ends else ""
    with (
        open_binary(path, where) as file,
        io.TextIOWrapper(file, encoding=scan.codec, newline=newline) as reader,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := reader.read(_CHUNK):
            target.write(text.replace("\0", ""))


def _scan(path: Path, encoding: str | None, where: str) -> Scan:
    with open_binary(path, where) as file:
        head = file.read(HEAD)
    codec = _marked(head, encoding)
    if codec:
        return _decoded(path, codec, where, told=encoding is not None)
    try:
        return _decoded(path, "utf-8", where)
    except _NotThis as fault:
        if fault.scan.following >= _CERTAIN:
            raise DataError(_broken(fault, where)) from fault.error
        high = fault.around
    codec = "gb18030"
    try:
        found = _decoded(path, codec, where)
    except _NotThis:
        return _decoded(path, _latin(path, where), where)
    codec = _told_apart(high, where)
    return found if codec == "gb18030" else _decoded(path, _latin(path, where), where)


class _NotThis(Exception):
    """A file is not in the encoding it was decoded in."""

    def __init__(self, scan: Scan, error: UnicodeDecodeError, around: bytes) -> None:
        super().__init__(str(error))
        self.scan, self.error, self.around = scan, error, around


def _decoded(path: Path, codec: str, where: str, *, told: bool = False) -> Scan:
    """Decode a file strictly from end to end, and count what is in it."""
    scan = Scan(codec)
    decoder = codecs.getincrementaldecoder(codec)()
    with open_binary(path, where) as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The decoder's bytes may begin with some that were left over from the last chunk.
                good = error.object[: error.start].decode(codec, "ignore")
                scan.take(good)
                scan.following += error.start - len(good)
                fault = _NotThis(scan, error, error.object[_before(error) :] + file.read(HEAD))
                if told:
                    raise DataError(_broken(fault, where)) from error
                raise fault from error
            scan.take(text)
            scan.following += len(chunk) - len(text)
            if scan.unbroken > LONGEST_LINE:
                raise DataError(
                    f"{where} has a line of more than {LONGEST_LINE:,} characters, line "
                    f"{scan.line:,}. Export it again with a line for each row; a quotation mark "
                    "that is never closed can be the cause."
                )
            if not chunk:
                return scan


def _before(error: UnicodeDecodeError) -> int:
    """Give a place a little before a fault, so that a character's neighbours are seen."""
    return max(error.start - 1, 0)


def _broken(fault: _NotThis, where: str) -> str:
    shown = _SHOWN[fault.scan.codec.removesuffix("-sig").replace("cp1252", "latin-1")]
    byte = fault.error.object[fault.error.start : fault.error.start + 1].hex().upper() or "none"
    return (
        f"{where} is not in {shown} throughout: line {fault.scan.line:,} holds the byte {byte}, "
        f"which is none of it. Mend that line, or name another encoding "
        f"({', '.join(ENCODINGS)}) with ReadOptions(encoding=...)."
    )


def _marked(head: bytes, encoding: str | None) -> str:
    """Take the codec from what the user says, from a mark, or from how UTF-16 spreads NULs."""
    found = next((codec for mark, codec in _MARKS.items() if head.startswith(mark)), "")
    if encoding in {"utf-8", "utf-8-sig"}:
        return "utf-8-sig" if found == "utf-8-sig" else "utf-8"
    if encoding == "utf-16" and found != "utf-16":
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    if encoding == "latin-1":
        return _western(head)
    if encoding or found:
        return encoding or found
    sample = head[:10_000]
    if sample.count(0) * 4 > len(sample):
        even = sample[::2].count(0)
        return "utf-16-be" if even * 2 > sample.count(0) else "utf-16-le"
    return ""


def _western(data: bytes) -> str:
    """Take Latin-1 for what everybody means by it, Windows-1252, unless it cannot be."""
    return "latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "cp1252"


def _latin(path: Path, where: str) -> str:
    with open_binary(path, where) as file:
        while chunk := file.read(_CHUNK):
            if _western(chunk) == "latin-1":
                return "latin-1"
    return "cp1252"


def _decodes(head: bytes, where: str) -> str:
    """Find the codec of a beginning of a file, which may end inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError as error:
        rest = head[_before(error) :]
    try:
        codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError:
        return _western(head)
    return "gb18030" if _told_apart(rest, where) == "gb18030" else _western(head)


def _told_apart(data: bytes, where: str) -> str:
    """Tell GB18030 from Latin-1 in text that decodes as both, by its characters' neighbours.

    Chinese stands between marks, or beside a Latin word. What GB18030 makes of an accent takes
    the letter behind it along, and stands inside a word; or it is none of GB2312, which most
    Chinese text keeps to.
    """
    text = codecs.getincrementaldecoder("gb18030")(errors="replace").decode(data)[:200_000]
    runs = list(_HIGH.finditer(text))
    latin = 0
    for run in runs:
        sides = [text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]]
        letters = sum(side.isascii() and side.isalpha() for side in sides)
        common = all(byte >= 0xA1 for byte in run.group().encode("gb18030", "replace"))
        latin += letters == 2 or (letters == 1 and not common)
    share = latin / max(len(runs), 1)
    if 0.3 < share < 0.7:
        raise DataError(f"{where} may be in GB18030 or in Latin-1. {_ASK}")
    return "latin-1" if share >= 0.7 else "gb18030"


def _notes(scan: Scan, *, named: bool) -> tuple[str, ...]:
    notes = []
    family = scan.codec.replace("cp1252", "latin-1")
    shown = next(text for name, text in _SHOWN.items() if family.startswith(name))
    if shown != "UTF-8" and not named:
        notes.append(_("The file is in the encoding {encoding}.").format(encoding=shown))
    if scan.nulls:
        text = ngettext(
            "One NUL character, in line {line}, was left out.",
            "{n} NUL characters were left out, the first in line {line}.",
            scan.nulls,
        )
        notes.append(text.format(n=format_number(scan.nulls), line=format_number(scan.null_line)))
    return tuple(notes)
