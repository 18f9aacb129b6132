"""The name to save an object under, and its header: RFC 6266 and RFC 8187."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote, unquote, unquote_to_bytes

from .request import LONGEST_FILENAME_BYTES

# What a browser may show in place. The files are their uploader's, and a page of theirs must never run beside
# ours: no HTML, no XML and so no SVG.
SHOWN_INLINE = (
    r"application/pdf|text/plain|image/(?:apng|avif|bmp|gif|jpeg|png|webp|x-icon|vnd\.microsoft\.icon)"
    r"|(?:audio|video)/[\w.+-]+"
)
TOKEN = r"[!#$%&'*+.0-9A-Z^_`a-z|~-]+"
# Control characters and line separators, and marks that write a name backwards, so that `gpj.exe` reads as
# `exe.jpg`.
UNSAFE = "[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+"
# Names of devices, which Windows takes for no files.
WINDOWS_DEVICE = r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?"


def content_disposition(
    key: str, content_type: str, stored: str | None, disposition: str | None, asked_name: str | None
) -> str:
    """What the caller asks for, except that only harmless content types are shown inline. Made anew whatever
    was stored."""
    essence = content_type.partition(";")[0].strip().lower()
    is_inline = disposition == "inline" and re.fullmatch(SHOWN_INLINE, essence, re.ASCII)
    name = file_name_for(key, stored, asked_name)
    return ("inline" if is_inline else "attachment") + (name_parameters(name) if name else "")


def file_name_for(key: str, stored: str | None, asked: str | None) -> str:
    """The name asked for, the one the object was stored with, or its key's last segment. Empty when none of
    them has a name."""
    return (
        cleaned(last_part(asked or ""))
        or cleaned(last_part(stored_file_name(stored)))
        or cleaned(key.rpartition("/")[2])
    )


PARAMETER = re.compile(
    r";[ \t]*(?P<name>[^;=]*?)[ \t]*=[ \t]*"
    r'(?:"(?:(?P<quoted>(?:[^"\\]|\\.)*)"[^;]*|.*)|(?P<token>[^;]*?)[ \t]*(?=;|\Z))',
    re.DOTALL,
)


def stored_file_name(stored: str | None) -> str:
    """`filename*`, else `filename`. Empty for a value that cannot be read."""
    parameters: dict[str, str] = {}
    for match in PARAMETER.finditer(";".join(["", *as_text(stored or "").split(";")[1:]])):
        quoted, token = match["quoted"], match["token"]
        value = token if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        if value is not None:
            parameters.setdefault(match["name"].lower(), value)
    extended = decode_extended(parameters.get("filename*", ""))
    return parameters.get("filename", "") if extended is None else extended


def decode_extended(value: str) -> str | None:
    """RFC 8187. None for what is not of its form."""
    charset, _, rest = value.partition("'")
    _, found, encoded = rest.partition("'")
    if not found:
        return None
    if charset.lower() == "iso-8859-1":
        return unquote(encoded, "iso-8859-1")
    if charset.lower() not in ("utf-8", "utf8") or re.search(r"%(?![0-9A-Fa-f]{2})", encoded):
        return None
    try:
        return unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return None


def as_text(header: str) -> str:
    """Headers come as ISO 8859-1; uploaders write UTF-8 into them all the same."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def last_part(name: str) -> str:
    """The part after the last separator of any system: a name with folders in it would leave it to the client to
    cut them off."""
    return re.split(r"[/\\]", name)[-1]


def cleaned(name: str) -> str:
    safe = re.sub("[\ud800-\udfff]", "\ufffd", name)
    safe = re.sub(UNSAFE, "_", safe).strip(" ")
    return "" if safe in (".", "..") else shortened(safe, LONGEST_FILENAME_BYTES)


def shortened(name: str, most_bytes: int) -> str:
    """Takes off the end of the name before its extension."""
    if len(name.encode()) <= most_bytes:
        return name
    stem, extension = split_extension(name)
    kept = stem.encode()[: most_bytes - len(extension)]
    return kept.decode(errors="ignore") + extension


def split_extension(name: str) -> tuple[str, str]:
    match = re.search(r"(?<=.)\.[A-Za-z0-9]{1,16}\Z", name)
    extension = match[0] if match else ""
    return name[: len(name) - len(extension)], extension


def ascii_file_name(name: str) -> str:
    """The name for clients that read `filename` alone: ASCII, and no character that Windows forbids. A name that
    had to be changed carries a digest of the whole, so that two of them are never the same file."""
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name))
    plain = re.sub(r'(?:[^\x20-\x7e]|[<>:"/\\|?*])+', "_", plain).rstrip(". ")
    if plain == name and not re.fullmatch(WINDOWS_DEVICE, name):
        return name
    stem, extension = split_extension(plain)
    end = f"-{hashlib.sha256(name.encode()).hexdigest()[:8]}{extension}"
    return (stem.strip("_") or "file")[: LONGEST_FILENAME_BYTES - len(end)] + end


def name_parameters(name: str) -> str:
    """Names that had to be changed, or that some clients would percent-decode, are given in two forms."""
    ascii_name = ascii_file_name(name)
    quoted = '"' + re.sub(r'([\\"])', r"\\\1", ascii_name) + '"'
    plain = f"; filename={ascii_name if re.fullmatch(TOKEN, ascii_name) else quoted}"
    if ascii_name == name and not re.search(r"%[0-9A-Fa-f]{2}", name):
        return plain
    return f"{plain}; filename*=UTF-8''{quote(name, safe='!')}"
