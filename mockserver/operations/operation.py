"""The row of a route table: what a request looks like, what answers it, and how both are known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mockserver.operations.provenance import Provenance


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One error of an operation. `code` None is an error without a vendor code."""

    status: int
    code: int | str | None
    message: str
    description: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter; `kind` is its JSON schema type."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`handle` takes whatever the API's endpoint hands to its handlers. `path` is relative to the API's prefix.

    `request` and `response` are msgspec structs (None: no body); `error` is one where the errors of this operation have
    another shape than the API's other errors. `is_lenient` takes booleans and integers of the request as strings, too.
    `form` holds the fields of a request that is a form. `callbacks` are the bodies of what the operation lets the
    server send later, to the URL of `callback_url`, a runtime expression of OpenAPI. `media_type` is that of a good
    answer. `hides_body` is for requests whose bodies are secrets, which no journal keeps.
    """

    id: str
    method: str
    path: str
    summary: str
    provenance: Provenance
    handle: Callable[..., Awaitable[Any]]
    response: Any
    request: Any = None
    is_lenient: bool = False
    form: tuple[Parameter, ...] = ()
    callbacks: tuple[Any, ...] = ()
    callback_url: str = ""
    error: Any = None
    status: int = 200
    errors: tuple[ErrorRow, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    hides_body: bool = False
    media_type: str = "application/json"
