"""Validates recorded Discord traffic against Discord's own OpenAPI document.

Every request that was sent and every response that the simulator gave is checked. A key that the schema does not name
counts as a violation: that is how a misspelt field is caught. Run by `make test` over everything that the tests
recorded; `TrafficRecorder.swift` tells the form of a record.
"""

import argparse
import concurrent.futures
import copy
import json
import os
import pathlib
import re
import sys

import jsonschema
from client_allowances import adapted

SCHEMAS = "#/components/schemas/"


class Document:
    """The OpenAPI document, its schemas closed against unknown keys."""

    def __init__(self, path):
        document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.paths = [(self._matcher(template), template, item) for template, item in document["paths"].items()]
        # A template with fewer parameters is the more specific one: /users/@me before /users/{user_id}.
        self.paths.sort(key=lambda entry: entry[1].count("{"))
        self.components = document["components"]
        self._mend()
        definitions = {}
        for name, schema in self.components["schemas"].items():
            definitions[name] = self._closed(schema)
            definitions[name + "__open"] = self._converted(schema)
        self.schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": {"schemas": definitions},
        }
        self.validators = {}

    def _mend(self):
        """Mends what the document says and Discord does not do."""
        schemas = self.components["schemas"]
        # The errors of single fields carry names, as Discord's Reference shows under Error Messages; only the outermost
        # code is a number.
        field_error = copy.deepcopy(schemas["Error"])
        field_error["properties"]["code"]["type"] = "string"
        schemas["FieldError"] = field_error
        schemas["InnerErrors"]["properties"]["_errors"]["items"] = {"$ref": SCHEMAS + "FieldError"}

    @staticmethod
    def _matcher(template):
        literal = [re.escape(part) for part in re.split(r"\{\w+\}", template)]
        return re.compile("^" + "[^/]+".join(literal) + "$")

    def _converted(self, node):
        """oneOf becomes anyOf (Discord's unions overlap), and members of allOf stay open: their parent closes them."""
        if isinstance(node, list):
            return [self._converted(item) for item in node]
        if not isinstance(node, dict):
            return node
        result = {}
        for key, value in node.items():
            if key == "oneOf":
                result["anyOf"] = [self._closed(item) for item in value]
            elif key in ("anyOf", "prefixItems"):
                result[key] = [self._closed(item) for item in value]
            elif key == "allOf":
                result[key] = [self._opened(item) for item in value]
            elif key == "properties":
                result[key] = {name: self._closed(item) for name, item in value.items()}
            elif key in ("items", "additionalProperties") and isinstance(value, dict):
                result[key] = self._closed(value)
            elif key != "discriminator":
                result[key] = value
        return result

    def _closed(self, node):
        converted = self._converted(node)
        if isinstance(converted, dict) and "additionalProperties" not in converted:
            if "properties" in converted or "allOf" in converted:
                converted["unevaluatedProperties"] = False
        return converted

    def _opened(self, node):
        if isinstance(node, dict) and node.get("$ref", "").startswith(SCHEMAS):
            return {"$ref": node["$ref"] + "__open"}
        return self._converted(node)

    def operation(self, method, path):
        for matcher, template, item in self.paths:
            if matcher.match(path) and method.lower() in item:
                return template, item, item[method.lower()]
        return None, None, None

    def errors(self, key, schema, value):
        if key not in self.validators:
            root = dict(self.schema)
            root.update(self._closed(schema))
            self.validators[key] = jsonschema.Draft202012Validator(root)
        return [readable(error) for error in self.validators[key].iter_errors(value)]


def readable(error):
    """The deepest cause of an error, with where it is."""
    while error.context:
        error = min(error.context, key=lambda inner: (-len(inner.absolute_path), len(inner.message)))
    where = "/".join(str(part) for part in error.absolute_path)
    return f"{where or '(root)'}: {error.message[:300]}"


def content_schema(content):
    for kind in ("application/json", "multipart/form-data", "application/x-www-form-urlencoded"):
        if kind in content:
            schema = content[kind]["schema"]
            # The JSON part of a multipart request is the first member; the others describe files.
            return schema["allOf"][0] if kind.startswith("multipart") and "allOf" in schema else schema
    return None


def violations(document, record):
    """The violations of one exchange, as readable lines."""
    method = record["method"]
    path = record["path"]
    template, item, operation = document.operation(method, path)
    if operation is None:
        return [] if record["status"] == 404 else [f"{method} {path}: no such operation"]
    label = f"{method} {template}"
    found = []
    parameters = item.get("parameters", []) + operation.get("parameters", [])
    names = {parameter["name"].rstrip("[]") for parameter in parameters if parameter.get("in") == "query"}
    for name in record["query"]:
        if name.rstrip("[]") not in names:
            found.append(f"{label} request: unknown query parameter {name!r}")
    is_client_error = record["status"] in (400, 401, 403, 404, 405, 413)
    body = record["request"]
    if body is not None and not is_client_error:
        schema = content_schema(operation.get("requestBody", {}).get("content", {}))
        if schema is None:
            found.append(f"{label} request: sends a body where none is described")
        else:
            errors = document.errors((label, "request"), schema, adapted(label, body))
            found += [f"{label} request: {line}" for line in errors]
    if record["status"] == 0:
        # The connection was cut on purpose: there was no answer to check.
        return found
    responses = operation.get("responses", {})
    status = str(record["status"])
    described = responses.get(status) or responses.get(status[0] + "XX")
    if described is None:
        if record["status"] < 500:
            found.append(f"{label}: status {status} is not described")
        return found
    if "$ref" in described:
        described = document.components["responses"][described["$ref"].rsplit("/", 1)[1]]
    schema = content_schema(described.get("content", {}))
    answer = record["response"]
    if schema is None:
        if answer is not None:
            found.append(f"{label} {status}: answers a body where none is described")
    elif answer is None:
        found.append(f"{label} {status}: answers no body")
    else:
        found += [f"{label} {status}: {line}" for line in document.errors((label, status), schema, answer)]
    return found


_document = None


def _open(path):
    global _document
    _document = Document(path)


def _check(lines):
    found = {}
    for line in lines:
        for violation in violations(_document, json.loads(line)):
            found[violation] = found.get(violation, 0) + 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openapi", required=True)
    parser.add_argument("folder")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.openapi):
        print("traffic: skipped, there is no OpenAPI document at DISCORD_OPENAPI")
        return 0
    lines, total = set(), 0
    for path in sorted(pathlib.Path(arguments.folder).glob("**/traffic-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            total += 1
            lines.add(line)
    if not lines:
        print(f"traffic: nothing was recorded in {arguments.folder}")
        return 1
    unique = sorted(lines)
    chunks = [unique[start::8] for start in range(8)]
    found = {}
    with concurrent.futures.ProcessPoolExecutor(2, initializer=_open, initargs=(arguments.openapi,)) as pool:
        for part in pool.map(_check, chunks):
            for violation, count in part.items():
                found[violation] = found.get(violation, 0) + count
    for violation, count in sorted(found.items()):
        print(f"{count:6d} × {violation}")
    print(f"traffic: {total} exchanges, {len(unique)} distinct, {len(found)} kinds of violation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
