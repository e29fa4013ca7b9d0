"""The bodies that describe an account."""

from typing import TYPE_CHECKING, Final

from simulator.http.wire import Dual, Json

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.world.people import Person, PlexPass
    from simulator.world.quirks import Quirks

_FREE_FEATURES: Final = (
    "camera_upload",
    "home",
    "adaptive_bitrate",
    "collections",
    "radio",
    "federated-auth",
    "Android - PiP",
    "Subtitles on Demand",
    "users-and-sharing",
    "watchlist",
    "c36a6985-eee3-4400-a394-c5787fad15b5",
)
_PASS_FEATURES: Final = (
    "pass",
    "webhooks",
    "watchlist-rss",
    "dvr",
    "hardware_transcoding",
    "session_bandwidth_restrictions",
    "companions_sonos",
    "4742780c-af9d-4b44-bf5b-7b27e3369aa8",
)
_ENTITLEMENTS: Final = ("ios", "all", "roku", "android", "xbox_one", "windows")


def account_body(
    person: Person, token: str, quirks: Quirks, *, protected: bool
) -> dict[str, Json]:
    """Describe an account as `GET /api/v2/user` does."""
    body: dict[str, Json] = {
        "id": person.id,
        "uuid": person.uuid,
        "username": person.username,
        "title": person.title,
        "email": person.email,
        "friendlyName": person.friendly_name,
        "locale": None,
        "confirmed": not person.managed,
        "joinedAt": _epoch(person.joined_at),
        "emailOnlyAuth": False,
        "hasPassword": not person.managed,
        "protected": protected,
        "thumb": f"https://plex.tv/users/{person.uuid}/avatar?c=1630875354",
        "authToken": token,
        "mailingListStatus": None if person.managed else "unsubscribed",
        "mailingListActive": False,
        "scrobbleTypes": "10" if person.plex_pass else "",
        "country": "GB",
        "subscription": _subscription(person),
        "subscriptionDescription": "Lifetime Plex Pass" if person.plex_pass else None,
        "restricted": person.managed,
        "anonymous": None,
        "home": bool(person.home),
        "guest": False,
        "homeSize": len(person.home) or 1,
        "homeAdmin": person.home[:1] == [person.key],
        "maxHomeSize": 15,
        "rememberExpiresAt": None if person.managed else 1_793_937_035,
        "adsConsent": None,
        "adsConsentSetAt": None,
        "adsConsentReminderAt": None,
        "experimentalFeatures": False,
        "twoFactorEnabled": bool(person.plex_pass),
        "backupCodesCreated": bool(person.plex_pass),
        "profile": _profile(quirks),
        "entitlements": _ENTITLEMENTS if person.plex_pass else (),
        "roles": ("plexpass",) if person.plex_pass else (),
        "subscriptions": _subscriptions(person),
        "pastSubscriptions": (),
        "trials": (),
        "services": _services(person),
    }
    if person.home_pin_hash is not None:
        body["pin"] = person.home_pin_hash
    return _with_quirks(body, quirks)


def _with_quirks(body: dict[str, Json], quirks: Quirks) -> dict[str, Json]:
    """Apply the quirks for the account."""
    if quirks.subscription_absent:
        del body["subscription"], body["subscriptionDescription"]
    elif quirks.subscription_null:
        body["subscription"] = None
    if quirks.roles_absent:
        del body["roles"]
    return body


def _subscription(person: Person) -> dict[str, Json]:
    """Describe the subscription, which is inactive for a free account."""
    held = person.plex_pass
    return {
        "active": held is not None,
        "subscribedAt": _since(held) if held else None,
        "status": "Active" if held else "Inactive",
        "paymentService": "braintree" if held else None,
        "plan": held.plan if held else None,
        "features": _FREE_FEATURES + (_PASS_FEATURES if held else ()),
    }


def _since(held: PlexPass) -> Dual:
    """Format the start of a subscription, which differs between JSON and XML."""
    return Dual(
        json=f"{held.since:%Y-%m-%dT%H:%M:%SZ}",
        xml=f"{held.since:%Y-%m-%d %H:%M:%S} UTC",
    )


def _subscriptions(person: Person) -> list[Json]:
    """List the active subscriptions."""
    if person.plex_pass is None:
        return []
    return [
        {
            "id": None,
            "mode": person.plex_pass.plan,
            "renewsAt": None,
            "endsAt": None,
            "type": "plexpass",
            "transfer": None,
            "state": "active",
        }
    ]


def _profile(quirks: Quirks) -> Json:
    """Describe the preferences for languages and subtitles."""
    if quirks.profile_null:
        return None
    languages: dict[str, Json] = {"null": None, "list": ["en", "de"], "csv": "en,de"}
    return {
        "autoSelectAudio": True,
        "defaultAudioAccessibility": 0,
        "defaultAudioLanguage": "en",
        "defaultAudioLanguages": languages[quirks.audio_languages],
        "defaultSubtitleLanguage": None,
        "defaultSubtitleLanguages": None,
        "autoSelectSubtitle": 1,
        "defaultSubtitleAccessibility": 0,
        "defaultSubtitleForced": 0,
        "watchedIndicator": 1,
        "mediaReviewsVisibility": 0,
        "mediaReviewsLanguages": None,
    }


def _services(person: Person) -> list[Json]:
    """List other services of Plex, one with a token."""
    return [
        {
            "identifier": "metadata",
            "endpoint": "https://metadata.provider.plex.tv",
            "token": person.service_token,
            "secret": None,
            "status": "online",
        },
        {
            "identifier": "community",
            "endpoint": "https://community.plex.tv",
            "token": None,
            "secret": None,
            "status": "online",
        },
    ]


def _epoch(moment: datetime) -> int:
    """Return a time in seconds since 1970."""
    return int(moment.timestamp())
