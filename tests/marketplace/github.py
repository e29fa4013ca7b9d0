"""A GitHub on this machine that holds this repository and its releases."""

import base64
from http import HTTPStatus
import json
from typing import TYPE_CHECKING, Final, Self

from aiohttp import web
from yarl import URL

from tests.repository.tree import COMPONENT, ROOT, files, read_json, relative

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS: Final = str(read_json(COMPONENT / "manifest.json")["documentation"])
NAME: Final = ADDRESS.removeprefix("https://github.com/")
OWNER: Final = NAME.partition("/")[0]
NUMBER: Final = 4711
ZIP: Final = read_json(ROOT / "hacs.json")["filename"]
COMMIT: Final = "a" * 40
# Parts of the catalogue that are lists; the others are objects.
LISTS: Final = ("removed", "critical")


class GitHub:
    """The routes of GitHub, its files and the catalogue that the Marketplace uses."""

    def __init__(self) -> None:
        """Begin without a release."""
        self.downloads: list[str] = []
        """The releases whose file was fetched, in order."""
        self.unknown: list[str] = []
        """Requests for unknown paths."""
        self._releases: dict[str, bytes] = {}
        app = web.Application()
        repository = f"/api/repos/{NAME}"
        app.add_routes(
            [
                web.get("/api/rate_limit", self._rate_limit),
                web.get(repository, self._repository),
                web.get(f"{repository}/releases", self._list_releases),
                web.get(f"{repository}/branches/main", self._branch),
                web.get(f"{repository}/git/trees/{{ref}}", self._tree),
                web.get(f"{repository}/contents/{{path:.+}}", self._contents),
                web.get(
                    f"/github/{NAME}/releases/download/{{tag}}/{ZIP}", self._download
                ),
                web.get(f"/raw/{NAME}/{{ref}}/{{path:.+}}", self._raw),
                web.get("/catalog/{kind}/data.json", self._catalogue),
                web.route("*", "/{path:.*}", self._not_found),
            ]
        )
        self._runner = web.AppRunner(app)

    async def __aenter__(self) -> Self:
        """Start."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._runner.cleanup()

    @property
    def url(self) -> URL:
        """The base URL."""
        [address, *_] = self._runner.addresses
        return URL.build(scheme="http", host="127.0.0.1", port=address[1])

    def release(self, tag: str, packed: Path) -> None:
        """Publish a release."""
        self._releases[tag] = packed.read_bytes()

    async def _rate_limit(self, _: web.Request) -> web.Response:
        """Return a rate limit that is not reached."""
        core = {"limit": 5000, "remaining": 4999, "reset": 4_000_000_000, "used": 1}
        return _json({"resources": {"core": core}, "rate": core})

    async def _repository(self, _: web.Request) -> web.Response:
        """Return the description of the repository."""
        return _json(
            {
                "id": NUMBER,
                "full_name": NAME,
                "name": NAME.partition("/")[2],
                "owner": {"login": OWNER},
                "default_branch": "main",
                "archived": False,
                "description": "A repository",
                "has_issues": True,
                "open_issues": 0,
                "stargazers_count": 1,
                "topics": ["plex"],
                "pushed_at": "2026-11-20T00:00:00Z",
            }
        )

    async def _list_releases(self, _: web.Request) -> web.Response:
        """Return the releases, newest first."""
        return _json(
            [
                {
                    "id": number,
                    "tag_name": tag,
                    "name": tag,
                    "draft": False,
                    "prerelease": False,
                    "body": "What is new",
                    "html_url": f"{ADDRESS}/releases/tag/{tag}",
                    "published_at": "2026-11-20T00:00:00Z",
                    "assets": [{"id": number, "name": ZIP, "download_count": 3}],
                }
                for number, tag in reversed([*enumerate(self._releases, start=1)])
            ]
        )

    async def _branch(self, _: web.Request) -> web.Response:
        """Return the main branch."""
        return _json({"name": "main", "commit": {"sha": COMMIT}})

    async def _tree(self, _: web.Request) -> web.Response:
        """Return every file and folder."""
        names = [relative(path) for path in files()]
        folders = {
            parent.as_posix()
            for path in files()
            for parent in path.relative_to(ROOT).parents
        } - {"."}
        rows = [(name, "blob") for name in names] + [(name, "tree") for name in folders]
        tree = [
            {"path": name, "type": kind, "mode": "100644", "sha": COMMIT, "url": ""}
            for name, kind in sorted(rows)
        ]
        return _json({"sha": COMMIT, "tree": tree, "truncated": False})

    async def _contents(self, request: web.Request) -> web.Response:
        """Return an encoded file."""
        path = ROOT / request.match_info["path"]
        if not path.is_file():
            return await self._not_found(request)
        return _json(
            {
                "type": "file",
                "name": path.name,
                "path": relative(path),
                "encoding": "base64",
                "content": base64.b64encode(path.read_bytes()).decode(),
            }
        )

    async def _raw(self, request: web.Request) -> web.Response:
        """Return a file as it is."""
        path = ROOT / request.match_info["path"]
        if not path.is_file():
            return await self._not_found(request)
        return web.Response(body=path.read_bytes())

    async def _download(self, request: web.Request) -> web.Response:
        """Return the file of a release."""
        tag = request.match_info["tag"]
        if tag not in self._releases:
            return await self._not_found(request)
        self.downloads.append(tag)
        return web.Response(body=self._releases[tag], content_type="application/zip")

    async def _catalogue(self, request: web.Request) -> web.Response:
        """Return a part of the catalogue, which is empty."""
        return _json([] if request.match_info["kind"] in LISTS else {})

    async def _not_found(self, request: web.Request) -> web.Response:
        """Record a request for an unknown path."""
        self.unknown.append(f"{request.method} {request.path}")
        return _json({"message": "Not Found"}, HTTPStatus.NOT_FOUND)


def _json(value: object, status: int = HTTPStatus.OK) -> web.Response:
    """Return JSON with the headers that GitHub always sends."""
    return web.Response(
        text=json.dumps(value),
        status=status,
        content_type="application/json",
        headers={"ETag": '"a tag"', "X-RateLimit-Remaining": "4999"},
    )
