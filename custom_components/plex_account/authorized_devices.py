"""Polls the devices that are signed in to an account, and detects changes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import CONF_CLIENT_IDENTIFIER, DEVICES_INTERVAL, DOMAIN
from .plextv import AuthorizedDevice, AuthorizedDevices, PlexTvAuthenticationError
from .polling import PlexCoordinator

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .coordinator import PlexAccountCoordinator
    from .plextv import PlexTvClient
    from .storage import AccountStore

# Limit for one list, because the recorder stores each change. No person signs in more
# devices within half an hour.
MAX_CHANGES: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceChange:
    """A device that has signed in or was signed out."""

    kind: str
    """The type of the event: `signed_in` or `signed_out`."""
    number: int
    device: AuthorizedDevice | None
    """None for a device that was signed out before this run listed it."""


class AuthorizedDevicesCoordinator(
    PlexCoordinator[tuple[AuthorizedDevice, ...] | None]
):
    """Polls plex.tv for the signed-in devices, as long as an entity shows them.

    It has its own interval, and a failure only affects its own entities.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        client: PlexTvClient,
        store: AccountStore,
    ) -> None:
        """Poll the devices of `account`, and keep their numbers in `store`."""
        entry = account.config_entry
        super().__init__(
            hass,
            entry,
            name=f"Signed-in devices of {entry.title}",
            interval=DEVICES_INTERVAL,
        )
        # A second, equal list matters too: see `_signed_out`.
        self.always_update = True
        self._account = account
        self._devices = AuthorizedDevices(client.transport)
        self._store = store
        self._followed = False
        self._compared: tuple[AuthorizedDevice, ...] | None = None
        self._named: dict[int, AuthorizedDevice] = {}
        self._absent: frozenset[int] = frozenset()

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> Callable[[], None]:
        """Start polling when the first entity is added.

        It starts after Home Assistant has started, because automations would miss
        earlier events.
        """
        remove = super().async_add_listener(update_callback, context)
        if not self._followed:
            self._followed = True
            self.config_entry.async_on_unload(
                async_at_started(self.hass, self._async_start)
            )
        return remove

    @callback
    def async_poll_soon(self) -> None:
        """Poll again soon if there are entities, because a device was signed out."""
        if self._followed:
            self._run(self.async_request_refresh())

    @callback
    def _async_start(self, _hass: HomeAssistant) -> None:
        """Poll for the first time."""
        self._run(self.async_refresh())

    def _run(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` in the background, so that no caller waits for plex.tv."""
        self.config_entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} signed-in devices"
        )

    @override
    async def _async_ask(self) -> tuple[AuthorizedDevice, ...]:
        """Request the list, unless plex.tv is known to reject the token."""
        if not self._account.signed_in:
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="signed_out")
        try:
            return await self._devices.get_devices()
        except PlexTvAuthenticationError as err:
            # A 401 of this route alone is not reliable. If the token is invalid, the
            # account's coordinator starts a reauthentication within minutes.
            raise self._cannot_connect() from err

    @callback
    def async_take_changes(self) -> list[DeviceChange]:
        """Return the changes since the last call, which may be of an earlier run.

        The first list is the baseline.
        """
        if self.data is None or self.data is self._compared:
            return []
        self._compared = self.data
        others = [
            device
            for device in self.data
            if not is_this_home_assistant(self.config_entry, device)
        ]
        listed = {device.id: device for device in others if device.id is not None}
        known = self._store.devices
        signed_in = set() if known is None else listed.keys() - known
        absent = (known or frozenset()).difference(listed)
        signed_out = self._signed_out(absent, numbered=len(listed) == len(others))
        self._named |= listed
        changes = [
            DeviceChange(kind=kind, number=number, device=self._named.get(number))
            for kind, numbers in (("signed_in", signed_in), ("signed_out", signed_out))
            for number in sorted(numbers)
        ]
        self._store.async_save_devices((absent - signed_out).union(listed))
        for number in signed_out:
            self._named.pop(number, None)
        return changes[:MAX_CHANGES]

    def _signed_out(self, absent: frozenset[int], *, numbered: bool) -> frozenset[int]:
        """Return which of the absent devices count as signed out.

        A device counts when it is missing from two lists in a row, because other lists
        of plex.tv have been incomplete. None counts if a row has no number, because it
        could be the row of any of them.
        """
        before, self._absent = self._absent, absent if numbered else frozenset()
        return self._absent & before

    @callback
    def async_forget(self) -> None:
        """Delete the numbers, so that the next list is the baseline."""
        self._store.async_save_devices(None)


def is_this_home_assistant(entry: ConfigEntry[Any], device: AuthorizedDevice) -> bool:
    """Return whether a device is this Home Assistant itself.

    It must only be signed out by deleting its entry.
    """
    return device.client_identifier == str(entry.data[CONF_CLIENT_IDENTIFIER])
