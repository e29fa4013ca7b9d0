"""Unusual but valid forms of plex.tv's responses."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Quirks:
    """One switch for each form; the defaults are the most common forms."""

    created_status: int = 201
    """The status for a new PIN; old specifications say 200."""
    xml_despite_accept: bool = False
    fractional_seconds: bool = False
    string_booleans: bool = False
    """Booleans are the strings "1" and "0"."""
    string_ports: bool = False
    unknown_fields: bool = False
    """Every object has a field that no specification names."""

    string_id: bool = False
    qr_absent: bool = False
    qr_base: str | None = None
    """The base URL of `qr`, instead of the simulator's own."""
    location: Literal["full", "absent", "null"] = "full"
    numeric_postal_code: bool = False
    unknown_location_flags: bool = False
    """The privacy flags are the string "Unknown"."""
    expires_in_absent: bool = False
    expires_in_constant: bool = False
    """`expiresIn` is always the whole lifetime instead of the remaining one."""
    null_text_token: bool = False
    """The token of a PIN without approval is the string "null"."""
    expired_pin_answers_null: bool = False
    """An expired PIN is returned with status 200 and without a token."""

    subscription_absent: bool = False
    subscription_null: bool = False
    profile_null: bool = False
    roles_absent: bool = False
    audio_languages: Literal["null", "list", "csv"] = "null"

    connections_empty: bool = False
    token_absent: bool = False
    """Servers are listed without an access token."""

    devices_wrapped: bool = False
    """The list of devices is the field of an object instead of a bare array."""
    device_tokens_absent: bool = False
    devices_left_out: frozenset[int] = frozenset()
    """Rows that plex.tv fails to list, by their numbers."""
