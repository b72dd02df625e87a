#!/usr/bin/env python3
"""Holds docs/openapi.yaml against what the daemon really answered: check_openapi.py OPENAPI RECORD

RECORD has one JSON object per line: {"method", "target", "status", "body"}. An answer that is not described, or has a field that
is not, is a mistake; so is an operation or an answer that is described and never came.
"""
import json
import re
import sys

import yaml

KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None), "number": (int, float)}


class Document:
    def __init__(self, tree):
        self.tree = tree
        self.patterns = []
        for template, operations in tree["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$")
            self.patterns.append((template.count("{"), pattern, template, operations))
        self.patterns.sort(key=lambda each: each[0])  # what is spelt out goes before what fits anything

    def resolve(self, node):
        while "$ref" in node:
            found = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def find(self, method, path):
        for _, pattern, template, operations in self.patterns:
            if pattern.match(path) and method.lower() in operations:
                return template, operations[method.lower()]
        return None, None

    def faults(self, value, schema, where="body"):
        schema = self.resolve(schema)
        if "oneOf" in schema:
            options = [self.faults(value, each, where) for each in schema["oneOf"]]
            return [] if [] in options else min(options, key=len)
        if "const" in schema:
            return [] if value == schema["const"] else [f"{where}: {value!r} is not {schema['const']!r}"]
        if "enum" in schema:
            return [] if value in schema["enum"] else [f"{where}: {value!r} is not one of {schema['enum']}"]
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(isinstance(value, KINDS[kind]) and not (kind == "integer" and isinstance(value, bool)) for kind in kinds):
            return [f"{where}: {type(value).__name__} instead of {kinds}"]
        faults = []
        if isinstance(value, dict) and not schema.get("additionalProperties"):
            known = schema.get("properties", {})
            faults += [f"{where}.{key} is missing" for key in schema.get("required", []) if key not in value]
            faults += [f"{where}.{key} is not documented" for key in value if key not in known]
            for key in value.keys() & known.keys():
                faults += self.faults(value[key], known[key], f"{where}.{key}")
        if isinstance(value, list):
            for index, each in enumerate(value):
                faults += self.faults(each, schema["items"], f"{where}[{index}]")
        return faults


def check(document, record):
    faults, seen = [], set()
    for line in record:
        answer = json.loads(line)
        name = f"{answer['method']} {answer['target']} -> {answer['status']}"
        template, operation = document.find(answer["method"], answer["target"].split("?")[0])
        if operation is None:
            faults.append(f"{name}: the operation is not documented")
            continue
        response = operation["responses"].get(str(answer["status"]))
        if response is None:
            faults.append(f"{name}: this answer is not documented: {answer['body'][:200]}")
            continue
        seen.add((template, answer["method"].lower(), str(answer["status"])))
        content = document.resolve(response)["content"]
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            faults += [f"{name}: {fault}" for fault in document.faults(json.loads(answer["body"]), schema)]
    for template, operations in document.tree["paths"].items():
        for method, operation in operations.items():
            for status in operation["responses"]:
                if (template, method, status) not in seen:
                    faults.append(f"{method.upper()} {template} -> {status} is documented, and was never seen")
    return faults


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = Document(yaml.safe_load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        faults = check(document, file)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
