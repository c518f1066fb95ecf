"""What does the door say of itself? The library's OpenAPI description, with what every address shares put beside it.

Any address may answer with a problem, and whoever shows who he is may name the party he acts for.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from tongban.api import auth, problems

ROOT = "/api/v1/"

_TEXT = {"type": "string"}
_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code", "field"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "给办事人看的一句话：什么没办成、为什么、接下来怎么办"},
        "code": {"type": "string", "description": "稳定的代码，见 docs/api.md"},
        "field": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {"field": _TEXT, "code": _TEXT, "detail": _TEXT},
            },
        },
    },
}
PROBLEM_ANSWER = {
    "description": "Problem",
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
ACTING_FOR = {
    "in": "header",
    "name": auth.ACTING_FOR,
    "required": False,
    "schema": _TEXT,
    "description": "代表谁办理：org:统一社会信用代码；不写则为本人（会话登录时为页面上选定的一方）。",
}


class Door(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        name: str = operation.view_func.__name__
        return name

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=ROOT)
        schemas = schema["components"]["schemas"]
        schemas["Problem"] = PROBLEM
        for addressed in schema["paths"].values():
            for operation in addressed.values():
                operation["responses"]["default"] = PROBLEM_ANSWER
                if operation.get("security"):
                    operation["parameters"] = [*operation["parameters"], ACTING_FOR]
        # The library describes what queries ask twice: as parameters, and as schemas that nothing refers to.
        referred = set(_REFERENCE.findall(json.dumps(schema)))
        for name in schemas.keys() - referred:
            del schemas[name]
        return schema
