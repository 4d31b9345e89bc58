"""Looks into requirements files just deep enough to know whether pip is needed and whether its work can be shared. Pure."""

import codecs
import re

NAMES = ("requirements.lock", "requirements.txt", "requirement.txt")
"""The first that is there is used."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_FILE = re.compile(r"-(r|e|c)\b|--(requirement|editable|constraint)\b")
_FIND_LINKS = re.compile(r"(?:-f|--find-links)[ =]+(\S+)")
_COMMENT = re.compile(r"(^|\s)#.*$")
_PACKAGE_FILE = re.compile(r"\.(whl|zip|tar\.\w+|tgz)(\[|;|\s|$)")


def lines_of(data: bytes) -> list[str]:
    """Logical lines without comments; a mark at the start tells of UTF-16, which some shells write."""
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    text = data.decode(encoding, errors="replace").replace("\\\r\n", " ").replace("\\\n", " ")
    stripped = (_COMMENT.sub("", line).strip() for line in text.splitlines())
    return [line for line in stripped if line]


def holds_requirement(lines: list[str]) -> bool:
    """Whether there is anything to install: options alone, such as that of an index, ask for nothing."""
    return any(not line.startswith("-") or re.match(r"-(r|e)|--(requirement|editable)", line) for line in lines)


def is_complete(lines: list[str]) -> bool:
    """Whether the file alone says what will be installed, so that equal files mean equal packages.

    When in doubt, no: then the packages are installed for this one environment.
    """
    return all(_is_complete(line) for line in lines)


def _is_complete(line: str) -> bool:
    if "${" in line or _OTHER_FILE.match(line):
        return False
    links = _FIND_LINKS.match(line)
    if links:
        return links[1].startswith(("/", "https://", "http://"))
    if line.startswith("-") or "://" in line:
        return "file:" not in line
    # Names of packages begin with a letter or digit; the folder itself is a dot.
    return line[0] != "." and "/" not in line and "file:" not in line and not _PACKAGE_FILE.search(line)
