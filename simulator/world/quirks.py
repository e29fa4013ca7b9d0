"""Odd but legal shapes that plex.tv's answers have been seen in."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Quirks:
    """Switches for the shapes; every default is the shape seen most often."""

    created_status: int = 201
    """Old specifications say 200 for a new PIN."""
    xml_despite_accept: bool = False
    fractional_seconds: bool = False
    string_booleans: bool = False
    """Booleans come as "1" and "0"."""
    string_ports: bool = False
    unknown_fields: bool = False
    """Every object has a field that no specification names."""

    string_id: bool = False
    qr_absent: bool = False
    qr_base: str | None = None
    """Where `qr` points instead of the simulator itself."""
    location: Literal["full", "absent", "null"] = "full"
    numeric_postal_code: bool = False
    unknown_location_flags: bool = False
    """The privacy flags are the text "Unknown"."""
    expires_in_absent: bool = False
    expires_in_constant: bool = False
    """A poll answers the whole lifetime instead of what is left of it."""
    null_text_token: bool = False
    """An unclaimed PIN's token is the text "null"."""
    expired_pin_answers_null: bool = False
    """An expired PIN is still answered with 200 and no token."""

    subscription_absent: bool = False
    subscription_null: bool = False
    profile_null: bool = False
    roles_absent: bool = False
    audio_languages: Literal["null", "list", "csv"] = "null"

    connections_empty: bool = False
    token_absent: bool = False
    """Servers are listed without an access token."""
