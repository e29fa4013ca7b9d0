"""Compares the texts that Home Assistant uses in tests with translations/en.json.

The component makes some keys at run time, so only a run knows all of them. A test fails
if the component uses a text that does not exist, or does not give the placeholders that
the text has. A run of the whole suite also fails if no test used some text.
"""

import inspect
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow
from homeassistant.data_entry_flow import FlowError, FlowManager
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_registry import EntityRegistry
from homeassistant.helpers.issue_registry import IssueRegistry
import pytest

from custom_components.plex_account.const import DOMAIN
from custom_components.plex_account.title_texts import TitleTexts
from tests.repository.tree import COMPONENT, leaves, read_json

from .used_texts import UsedTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    # Gets the result of a watched method, and its arguments.
    type Told = Callable[[Any, tuple[Any, ...]], None]

PACKAGE: Final = f"custom_components.{DOMAIN}"
PARTIAL: Final = ("keyword", "collectonly", "lf", "deselect", "ignore")


class TranslationRecorder:
    """A pytest plugin that records the keys of texts that Home Assistant gets."""

    def __init__(self) -> None:
        """Compare with the English texts."""
        english = read_json(COMPONENT / "translations" / "en.json")
        self._texts = UsedTexts(leaves(english))
        self._unused: list[str] | None = None

    def pytest_sessionstart(self) -> None:
        """Start to watch, until the process ends."""
        _watch(FlowManager, "_async_handle_step", self._step)
        _watch(HomeAssistantError, "__init__", self._exception)
        _watch(IssueRegistry, "async_get_or_create", self._issue)
        _watch(EntityRegistry, "async_get_or_create", self._entity)
        _watch(TitleTexts, "text", self._title_text)

    def _step(self, result: Any, arguments: tuple[Any, ...]) -> None:  # noqa: ANN401
        """Record a step of one of our flows."""
        flow = arguments[1]
        if not type(flow).__module__.startswith(PACKAGE):
            return
        match flow:
            case ConfigFlow():
                prefix = "config"
            case OptionsFlow():
                prefix = "options"
            case ConfigSubentryFlow():
                prefix = f"config_subentries.{flow.handler[1]}"
                initiate = f"{prefix}.initiate_flow.{flow.context['source']}"
                self._texts.use(f"{prefix}.entry_type", initiate)
            case RepairsFlow():
                # The id of an issue ends with the id of its subject.
                key = flow.issue_id.rpartition("_")[0]
                prefix = f"issues.{key}.fix_flow"
            case _:
                raise NotImplementedError(f"{type(flow)} shows texts of its own")
        self._texts.use_step(prefix, result)

    def _exception(self, _: None, arguments: tuple[Any, ...]) -> None:
        """Record an exception when it is made, because it may be caught."""
        error = arguments[0]
        if error.translation_domain == DOMAIN:
            self._texts.use(
                f"exceptions.{error.translation_key}.message",
                given=error.translation_placeholders or (),
                exact=True,
            )
        elif not isinstance(error, FlowError) and _maker().startswith(PACKAGE):
            self._texts.problems.append(f"{error!r} has no text")

    def _issue(self, issue: Any, _: tuple[Any, ...]) -> None:  # noqa: ANN401
        """Record an issue; the texts of a fixable one are those of its flow."""
        if issue.domain == DOMAIN:
            key = f"issues.{issue.translation_key}"
            texts = ["title"] if issue.is_fixable else ["title", "description"]
            self._texts.use(
                *(f"{key}.{text}" for text in texts),
                given=issue.translation_placeholders or (),
                exact=True,
            )

    def _entity(self, entity: Any, _: tuple[Any, ...]) -> None:  # noqa: ANN401
        """Record an entity, even if it is disabled."""
        if entity.platform == DOMAIN and entity.translation_key:
            self._texts.use_entity(
                entity.domain, entity.translation_key, entity.capabilities or {}
            )

    def _title_text(self, _: str, arguments: tuple[Any, ...]) -> None:
        """Record a text that is part of an entity's state or description."""
        texts, key = arguments
        self._texts.use(f"entity.{texts.entity}.state_attributes.{key}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Fail a test in which a text was used wrongly."""
        return (yield from self._checked())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Fail a test after which a text was used wrongly."""
        return (yield from self._checked())

    def _checked(self) -> Generator[None, Any, Any]:
        """Fail if a text was used wrongly since the last check."""
        try:
            result = yield
        except BaseException as err:
            err.add_note(self._report())
            raise
        if report := self._report():
            pytest.fail(report, pytrace=False)
        return result

    def _report(self) -> str:
        """Return the errors since the last report."""
        problems = dict.fromkeys(self._texts.problems)
        self._texts.problems.clear()
        return "\n".join(problems and ("Texts of en.json:", *problems))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - xdist has no types
        """Merge the records of a pytest-xdist worker."""
        self._texts.used.update(getattr(node, "workeroutput", {}).get("used_texts", ()))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run of the whole suite that left a text unused."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["used_texts"] = sorted(self._texts.used)
        elif session.exitstatus == pytest.ExitCode.OK and _is_whole(session.config):
            self._unused = self._texts.unused
            if self._unused:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Name the texts that no test used."""
        if self._unused is not None:
            terminalreporter.section("Texts of en.json that no test used")
            terminalreporter.write_line("\n".join(self._unused) or "none")


def _is_whole(config: pytest.Config) -> bool:
    """Return whether the whole suite runs."""
    partial = any(config.getoption(name, None) for name in PARTIAL)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not partial


def _maker() -> str:
    """Return the module that makes the exception whose constructor is running."""
    frame = inspect.currentframe()
    while frame:
        module: str = frame.f_globals["__name__"]
        if module != __name__ and frame.f_code.co_name != "__init__":
            return module
        frame = frame.f_back
    return ""


def _watch(owner: type, name: str, told: Told) -> None:
    """Patch a method to report each call after it returned."""
    original = getattr(owner, name)

    async def watched_coroutine(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Watch a coroutine function."""
        result = await original(*args, **kwargs)
        told(result, args)
        return result

    def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Watch any other function."""
        result = original(*args, **kwargs)
        told(result, args)
        return result

    is_coroutine = inspect.iscoroutinefunction(original)
    patch.object(owner, name, watched_coroutine if is_coroutine else watched).start()
