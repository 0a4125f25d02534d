"""Checks recorded traffic with Sheets v4 against Google's discovery document.

The document comes with the package google-api-python-client. A field or parameter that it does not name is a violation,
in requests and in answers. Exit status 0 without violations, 1 with some.
"""

import argparse
import collections
import importlib.resources
import json
import pathlib
import sys


def discovery():
    documents = importlib.resources.files("googleapiclient.discovery_cache") / "documents"
    return json.loads((documents / "sheets.v4.json").read_text())


class Document:
    def __init__(self, content):
        self.schemas = content["schemas"]
        self.parameters = content["parameters"]
        self._root = content["resources"]["spreadsheets"]

    def method(self, operation):
        """The method of an operation such as `values.batchGet` or `spreadsheets.get`."""
        resource = self._root
        *path, name = operation.removeprefix("spreadsheets.").split(".")
        for step in path:
            resource = resource["resources"][step]
        return resource["methods"][name]

    def errors(self, schema, value, place=""):
        """What is wrong with a value, one line each."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = schema.get("type", "any")
        if kind == "any" or value is None:
            return []
        if kind == "array":
            if not isinstance(value, list):
                return [f"{place}: not a list"]
            return [line for number, each in enumerate(value) for line in self.errors(schema["items"], each, f"{place}[]")]
        if kind == "object":
            if not isinstance(value, dict):
                return [f"{place}: not an object"]
            known = schema.get("properties", {})
            rest = schema.get("additionalProperties")
            found = []
            for name, each in value.items():
                inner = known.get(name, rest)
                if inner is None:
                    found.append(f"{place}/{name}: unknown field")
                else:
                    found += self.errors(inner, each, f"{place}/{name}")
            return found
        fits = {
            "string": isinstance(value, str),
            "boolean": isinstance(value, bool),
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        }[kind]
        if not fits:
            return [f"{place}: {value!r} is no {kind}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{place}: {value!r} is not one of {schema['enum']}"]
        return []


def violations(document, record):
    """The violations of one exchange, as readable lines."""
    operation = record["operation"]
    method = document.method(operation)
    found = []
    if record["method"] != method["httpMethod"]:
        found.append(f"{operation}: {record['method']} instead of {method['httpMethod']}")
    if record["path"] != method["path"] and record["path"] != method.get("flatPath"):
        found.append(f"{operation}: path {record['path']}")
    known = document.parameters | method.get("parameters", {})
    for name, value in record["query"]:
        if name not in known:
            found.append(f"{operation}: unknown parameter {name!r}")
        elif "enum" in known[name] and value not in known[name]["enum"]:
            found.append(f"{operation}: parameter {name}={value!r}")
    # What a client sent by mistake was refused; only what was taken must be right.
    if record["status"] in (0, 200) or record["status"] >= 429:
        if record["request"] is not None:
            if "request" not in method:
                found.append(f"{operation}: sends a body where none is described")
            else:
                found += [f"{operation} request{line}" for line in document.errors(method["request"], record["request"])]
        elif "request" in method and method["httpMethod"] != "GET" and not operation.endswith(".clear"):
            found.append(f"{operation}: sends no body")
    if record["status"] == 200 and record["response"] is not None:
        found += [f"{operation} response{line}" for line in document.errors(method["response"], record["response"])]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="where the recordings are")
    folder = pathlib.Path(parser.parse_args().folder)
    document = Document(discovery())
    counts = collections.Counter()
    exchanges = 0
    for path in sorted(folder.glob("**/sheets-*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            if record["operation"] in ("token", "export", ""):
                continue
            exchanges += 1
            counts.update(set(violations(document, record)))
    for line, count in sorted(counts.items()):
        print(f"{count:6} × {line}")
    print(f"sheets traffic: {exchanges} exchanges, {len(counts)} kinds of violation")
    if exchanges == 0:
        print("sheets traffic: nothing was recorded")
    sys.exit(1 if counts or exchanges == 0 else 0)


if __name__ == "__main__":
    main()
