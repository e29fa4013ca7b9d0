"""The devices that are signed in to an account: polling, and what has changed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.core import callback
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import CONF_CLIENT_IDENTIFIER, DEVICES_INTERVAL, DOMAIN, PLEX_TV_NAME
from .plextv import AuthorizedDevice, AuthorizedDevices, PlexTvAuthenticationError
from .polling import PlexCoordinator

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

    from .coordinator import PlexAccountCoordinator
    from .plextv import PlexTvClient
    from .storage import AccountStore

# Of one list. Nobody signs in more devices within half an hour, and each change is
# recorded.
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

    It has an interval of its own, and its failures concern its entities alone.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: PlexAccountCoordinator,
        client: PlexTvClient,
        store: AccountStore,
    ) -> None:
        """Ask for the devices of `account`, and keep their numbers in `store`."""
        entry = account.config_entry
        super().__init__(
            hass,
            entry,
            name=f"Signed-in devices of {entry.title}",
            interval=DEVICES_INTERVAL,
        )
        # Two equal lists in a row say more than one: see `_signed_out`.
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
        """Ask for the first time when the first entity is added.

        Not before Home Assistant has started: automations do not listen until then,
        and would miss what happened before.
        """
        remove = super().async_add_listener(update_callback, context)
        if not self._followed:
            self._followed = True
            self.config_entry.async_on_unload(
                async_at_started(self.hass, self._async_start)
            )
        return remove

    @callback
    def async_look_again(self) -> None:
        """Ask soon, if an entity shows the devices: one was signed out."""
        if self._followed:
            self._run(self.async_request_refresh())

    @callback
    def _async_start(self, _hass: HomeAssistant) -> None:
        """Ask for the first time."""
        self._run(self.async_refresh())

    def _run(self, work: Coroutine[None, None, None]) -> None:
        """Ask in the background, so that nobody has to wait for plex.tv."""
        self.config_entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} signed-in devices"
        )

    @override
    async def _async_ask(self) -> tuple[AuthorizedDevice, ...]:
        """Ask for the list, unless the sign-in is known to be lost."""
        if not self._account.signed_in:
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="signed_out")
        try:
            return await self._devices.get_devices()
        except PlexTvAuthenticationError as err:
            # One route alone is not believed. If the sign-in is lost, the account's
            # coordinator notices within minutes and asks the person to sign in again.
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="cannot_connect",
                translation_placeholders={"whom": PLEX_TV_NAME},
            ) from err

    @callback
    def async_take_changes(self) -> list[DeviceChange]:
        """Return what changed since the last call, also in an earlier run.

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

        Those that two lists in a row do not have, because other lists of plex.tv have
        been incomplete. A row without a number could be any of them, so that none
        counts then.
        """
        before, self._absent = self._absent, absent if numbered else frozenset()
        return self._absent & before

    @callback
    def async_forget(self) -> None:
        """Forget the numbers: the next list is a baseline again."""
        self._store.async_save_devices(None)


def is_this_home_assistant(entry: ConfigEntry[Any], device: AuthorizedDevice) -> bool:
    """Whether a device is this Home Assistant itself.

    Deleting its entry signs it out; nothing else of ours may.
    """
    return device.client_identifier == str(entry.data[CONF_CLIENT_IDENTIFIER])
