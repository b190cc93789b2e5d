"""Whether an answer says something, rather than spells it by chance."""

import re


def tells(content: str | bytes, secret: str) -> bool:
    """Whether it stands there as a word of its own: within a token or an id it is chance."""
    if isinstance(content, bytes):
        content = content.decode(errors="replace")
    return re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", content) is not None
