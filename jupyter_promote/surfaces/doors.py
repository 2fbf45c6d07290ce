"""Who may do what: the permissions that the REST API asks for, and the limits of what it takes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider

from jupyter_promote.errors import PromoteError

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Permission:
    """To do `action` with `resource`, in the words of Jupyter Server's authorizers."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.resource}:{self.action}"


READ = Permission("read", "contents")
WRITE = Permission("write", "contents")
EXECUTE = Permission("execute", "kernels")


class NotAllowed(PromoteError):
    """The user is known, but may not do this."""

    kind = "forbidden"


class BodyTooLarge(PromoteError):
    """The request has more bytes than the server takes in."""

    kind = "body"


class Busy(PromoteError):
    """More is asked of the server than it can hold."""

    kind = "busy"


async def allowed(handler: JupyterHandler, permission: Permission) -> bool:
    """Return whether the authorizer of the server lets the user of a request do that."""
    user = handler.current_user
    asked = handler.authorizer.is_authorized(handler, user, permission.action, permission.resource)
    return bool(await ensure_async(asked))


async def require(handler: JupyterHandler, *permissions: Permission) -> None:
    """Return if the user of a request may do all of that.

    Raises:
        NotAllowed: the authorizer of the server says no.
    """
    for permission in permissions:
        if not await allowed(handler, permission):
            raise refused(permission)


def refused(permission: Permission) -> NotAllowed:
    """Return what is said to somebody who lacks a permission."""
    return NotAllowed(
        f"you lack the permission {permission} on this server",
        hint="ask whoever runs the server",
    )


async def owner_of(handler: JupyterHandler) -> str:
    """Return the name under which the jobs of a request's user are kept.

    A script that shows the server's token and no cookie gets a new name from Jupyter Server with
    every request. Whoever holds the token is one user then, named "".
    """
    provider: Any = handler.identity_provider
    stock = type(provider).get_user_token is IdentityProvider.get_user_token
    by_token = provider.is_token_authenticated(handler) or not provider.auth_enabled
    if stock and by_token and not await ensure_async(provider.get_user_cookie(handler)):
        return ""
    return str(handler.current_user.username)


class Room:
    """How many bytes the bodies that are under way may have together."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> bool:
        """Take so many bytes, if they are left."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give(self, size: int) -> None:
        """Give so many bytes back."""
        self._left += size


class Body:
    """The body of one request, as it comes in; what is not taken in is read and forgotten."""

    def __init__(self, room: Room, most: int) -> None:
        self._room = room
        self._most = most
        self._size = 0
        self._refused: PromoteError | None = None
        self.content = bytearray()

    def refuse(self, error: PromoteError) -> None:
        """Forget what was taken in, take in nothing more; `check` says why."""
        self.leave()
        self._refused = self._refused or error

    def add(self, piece: bytes) -> None:
        """Take in a piece."""
        self._size += len(piece)
        if self._size > self._most:
            self.refuse(self._too_large())
        elif self._refused is None:
            if self._room.take(len(piece)):
                self.content += piece
            else:
                self.refuse(Busy("too many large requests at once", hint="try again in a minute"))

    def check(self) -> None:
        """Return if `content` is the whole body.

        Raises:
            PromoteError: it was refused.
        """
        if self._refused is not None:
            raise self._refused

    def leave(self) -> None:
        """Forget what was taken in."""
        self._room.give(len(self.content))
        self.content = bytearray()  # who works with the old one may go on

    def _too_large(self) -> BodyTooLarge:
        return BodyTooLarge(
            f"the notebook has over {self._most // MEGABYTE} MB",
            hint="clear its outputs; whoever runs the server can raise PromoteServer.max_body_mb",
        )
