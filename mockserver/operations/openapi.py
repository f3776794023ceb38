"""OpenAPI 3.1 documents from the tables that serve: routes, structs, errors, provenance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from mockserver.operations.operation import ErrorRow, Operation
from mockserver.operations.provenance import Provenance

Document = dict[str, Any]

_PATH_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
_REF_TEMPLATE = "#/components/schemas/{name}"


def openapi_document(  # noqa: PLR0913  the parts of a document
    *,
    title: str,
    version: str,
    description: str,
    prefix: str,
    operations: Sequence[Operation],
    error: type,
    media_type_of_errors: str = "application/json",
    has_basic_auth: bool,
    unless_said: Provenance | None = None,
) -> Document:
    """The document of one API.

    `error` is the struct of its error bodies, whatever the status; `unless_said` is the provenance of fields that name
    none themselves.
    """
    structs = [
        struct
        for operation in operations
        for struct in (operation.request, operation.response, operation.error, *operation.callbacks)
        if struct is not None
    ]
    refs, schemas = _schemas([*structs, error])
    if unless_said is not None:
        _say_provenance(schemas, unless_said)
    for operation in operations:
        if operation.is_lenient:
            _loosen(refs[operation.request], schemas)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = prefix + _PATH_PARAMETER.sub(r"{\1}", operation.path)
        error_content = {media_type_of_errors: {"schema": refs[operation.error or error]}}
        paths.setdefault(path, {})[operation.method.lower()] = _path_item(operation, refs, error_content)
    document: Document = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    if has_basic_auth:
        document["components"]["securitySchemes"] = {"basic": {"type": "http", "scheme": "basic"}}
        document["security"] = [{"basic": []}]
    return document


def _say_provenance(schemas: dict[str, Any], provenance: Provenance) -> None:
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            field.setdefault("x-provenance", provenance.as_json())


def _loosen(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Let booleans and integers be strings, too, in a schema and all that it refers to."""
    if schema.get("type") in {"boolean", "integer"}:
        schema["type"] = [schema["type"], "string"]
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items")):
        if part:
            _loosen(part, schemas)
    reference = schema.get("$ref", "").rpartition("/")[2]
    if reference:
        _loosen(schemas[reference], schemas)


def _schemas(structs: Iterable[Any]) -> tuple[dict[Any, Any], dict[str, Any]]:
    unique = list(dict.fromkeys(structs))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REF_TEMPLATE)
    return dict(zip(unique, schemas, strict=True)), components


def _path_item(operation: Operation, refs: dict[Any, Any], error_content: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "x-provenance": operation.provenance.as_json(),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation, refs, error_content),
    }
    if operation.callbacks:
        bodies = [refs[one] for one in operation.callbacks]
        body = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
        sent = {"required": True, "content": {"application/json": {"schema": body}}}
        received = {"200": {"description": "received"}}
        item["callbacks"] = {"status": {operation.callback_url: {"post": {"requestBody": sent, "responses": received}}}}
    if operation.form:
        item["requestBody"] = {"content": {kind: {"schema": _form_schema(operation)} for kind in _FORM_TYPES}}
    if operation.request:
        item["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[operation.request]}}}
    return item


def _form_schema(operation: Operation) -> dict[str, Any]:
    fields = {one.name: {"type": one.kind, "description": one.description} for one in operation.form}
    return {"type": "object", "properties": fields}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "in": "query", "description": one.description, "schema": {"type": one.kind}}
        for one in operation.parameters
    ]


def _responses(operation: Operation, refs: dict[Any, Any], error_content: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {
        str(operation.status): {"description": HTTPStatus(operation.status).phrase, **_body(operation, refs)}
    }
    for status in sorted({row.status for row in operation.errors}):
        rows = [row for row in operation.errors if row.status == status]
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": error_content,
            "x-errors": [_error(row) for row in rows],
        }
    return responses


def _body(operation: Operation, refs: dict[Any, Any]) -> dict[str, Any]:
    if operation.response is None:
        return {}
    return {"content": {operation.media_type: {"schema": refs[operation.response]}}}


def _error(row: ErrorRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "message": row.message,
        "description": row.description,
        "x-provenance": row.provenance.as_json(),
    }
