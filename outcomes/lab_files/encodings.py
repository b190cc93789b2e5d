"""Bytes into text: UTF-8, UTF-16 with its mark, and Korean CP949, told apart or refused."""

import codecs

from outcomes.lab_files import names
from outcomes.lab_files.base import Unreadable
from outcomes.rules.text import gettext_noop as _

SAVE_AS = _(
    "The text of this file cannot be read one way only. Save it anew as CSV UTF-8 (or as .xlsx) "
    "and send it again."
)
BROKEN = _(
    "The file holds characters that no text has. Save it anew as CSV UTF-8 and send it again."
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Unreadable."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding), encoding
    if b"\0" in content:  # UTF-16 without its mark, or no text at all
        raise Unreadable("encoding", SAVE_AS)
    try:
        return _whole(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _korean(content), "cp949"


def _strictly(content: bytes, encoding: str) -> str:
    if not encoding:
        raise Unreadable("encoding", SAVE_AS)
    try:
        return _whole(content.decode(encoding))
    except UnicodeDecodeError:
        raise Unreadable("encoding", SAVE_AS) from None


def _korean(content: bytes) -> str:
    """Text in CP949, where that is certain.

    Its extension of EUC-KR would also take Western text for Korean (µg is 덃), so without a Korean
    header that is known only the letters of EUC-KR itself count.
    """
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        raise Unreadable("encoding", SAVE_AS) from None
    cells = names.cells_of_first_line(text)
    certain = any(not cell.isascii() and names.plain(cell) in names.headers() for cell in cells)
    if not certain:
        try:
            content.decode("euc_kr")
        except UnicodeDecodeError:
            raise Unreadable("encoding", SAVE_AS) from None
    return _whole(text)


def _whole(text: str) -> str:
    """The text, if it has nothing that is not text."""
    if "\0" in text or "\ufffd" in text:
        raise Unreadable("broken_text", BROKEN)
    return text


# MSH-18, as HL7 table 0211 names what is read here; none means ASCII or what is certain
HL7_CHARSETS = {
    "ASCII": "ascii",
    "8859/1": "latin-1",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "KS X 1001": "cp949",
    "KS C 5601": "cp949",
}
UNKNOWN_CHARSET = _(
    "The message says it is written in {charset} (MSH-18), which is not read: send it as "
    "UNICODE UTF-8."
)
NOT_IN_CHARSET = _("The message is not written in {charset}, as its MSH-18 says: correct MSH-18.")


def hl7_decoded(content: bytes, charset: str) -> str:
    """The text of one message. Raises Unreadable."""
    if not charset:
        return decoded(content)[0]
    encoding = HL7_CHARSETS.get(charset.upper())
    if encoding is None:
        raise Unreadable("hl7_charset", UNKNOWN_CHARSET, charset=charset)
    try:
        return _whole(content.decode(encoding))
    except UnicodeDecodeError:
        raise Unreadable("hl7_charset", NOT_IN_CHARSET, charset=charset) from None
