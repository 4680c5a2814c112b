"""The API as a whole: its description (OpenAPI 3.1), its errors, and its parts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from tillit.identity.programs.scopes import SCOPES
from tillit.web.api import clients, problems
from tillit.web.api.arriving import KEY_HEADER, LONGEST_KEY, NOT_KEPT
from tillit.web.api.problems import MEDIA_TYPE, Problem, ProblemOut

ABOUT = """Everything that the pages do, for other programs, by the same rules: a token never sees or does more than
its owner, and less where its scopes say so. Errors are problem details (RFC 9457). Writes take an `Idempotency-Key`."""

_NEVER_REPEATED = {"exchange", "search"}
_ALWAYS = (400, 401, 403, 404, 409, 413, 415, 422, 429)


class Site(NinjaAPI):
    """Ninja's, with problems described wherever they can come, and keys for repeated writes."""

    def get_openapi_schema(self, *, path_prefix: Any = None, path_params: Any = None) -> OpenAPISchema:
        """The description."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"].setdefault("schemas", {}).update(_problem_schemas())
        schemes = schema["components"].setdefault("securitySchemes", {})
        schemes["Client"] = {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": "/api/v1/token", "scopes": {k: str(v) for k, v in SCOPES.items()}}
            },
        }
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _complete(method, operation)
        return schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and not parameter["schema"].keys() & {"format", "enum", "$ref"}:
            parameter["schema"]["pattern"] = "^[A-Za-z0-9_.-]{1,300}$"
    reference = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    for status in _ALWAYS:
        described = {"description": problems.TITLES[status][0], "content": reference}
        operation["responses"].setdefault(status, described)
    if method != "get" and operation["operationId"] not in _NEVER_REPEATED:
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": KEY_HEADER,
                "required": False,
                "schema": {"type": "string", "pattern": f"^[A-Za-z0-9_-]{{1,{LONGEST_KEY}}}$"},
                "description": "A request that is sent again with its key is done once. Kept for a day.",
            }
        )


def _problem_schemas() -> dict[str, Any]:
    described = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**described.pop("$defs"), "ProblemOut": described}


api = Site(title="Tillit", version="1", description=ABOUT, docs_url=None, urls_namespace="api")


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problems.answer(request, problem)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if request.path_info in NOT_KEPT:
        return clients.refused("invalid_request")
    return problems.answer(request, problems.invalid(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.answer(request, Problem(404))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.answer(request, Problem(error.status_code))
