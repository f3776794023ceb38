"""The operations of all providers by id, and the JSON schemas of what goes in and out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from mockserver.bootstrap import PROVIDERS
from mockserver.domain.errors import BadInput
from mockserver.operations.operation import Operation

Schema = dict[str, Any]


@dataclass(frozen=True)
class Documented:
    """An operation, the provider version that it belongs to, and its schemas as published."""

    api: str
    prefix: str
    operation: Operation
    item: Schema
    components: Schema

    @property
    def name(self) -> str:
        """Its id without the API's name."""
        return self.operation.id.removeprefix(f"{self.api}.")

    @property
    def request(self) -> Schema | None:
        """The schema of a JSON body; None where there is none."""
        body: Schema = self.item.get("requestBody", {})
        return body["content"]["application/json"]["schema"] if "required" in body else None

    @property
    def response(self) -> Schema:
        return self._content(str(self.operation.status))

    @property
    def callback(self) -> Schema | None:
        """The schema of what the server sends later; None where it sends nothing."""
        if "callbacks" not in self.item:
            return None
        [path] = self.item["callbacks"]["status"].values()
        schema: Schema = path["post"]["requestBody"]["content"]["application/json"]["schema"]
        return schema

    def error(self, status: int) -> Schema:
        return self._content(str(status))

    def standing_alone(self, schema: Schema) -> Schema:
        """A schema with all that it refers to, for a validator."""
        return {**schema, "components": {"schemas": self.components}}

    def resolved(self, schema: Schema) -> Schema:
        """What a reference leads to; any other schema itself."""
        reference = schema.get("$ref")
        return self.components[reference.rpartition("/")[2]] if reference else schema

    def _content(self, status: str) -> Schema:
        [content] = self.item["responses"][status]["content"].values()
        schema: Schema = content["schema"]
        return schema


@cache
def documented(operation_id: str) -> Documented:
    """Raises BadInput for an operation that is none."""
    for provider in PROVIDERS:
        if not operation_id.startswith(f"{provider.name}."):
            continue
        document = provider.version.openapi()
        for item in (item for path in document["paths"].values() for item in path.values()):
            if item["operationId"] == operation_id:
                operation = next(one for one in provider.version.operations if one.id == operation_id)
                return Documented(provider.name, provider.prefix, operation, item, document["components"]["schemas"])
    message = f"no operation is called {operation_id!r}"
    raise BadInput(message, where="operation", hint=f"There are {', '.join(operation_ids())}.")


def operation_ids() -> Iterator[str]:
    """In the order of providers and of their tables."""
    return (one.id for provider in PROVIDERS for one in provider.version.operations)
