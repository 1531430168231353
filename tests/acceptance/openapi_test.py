"""The answers of real nodes against the description of the API that they serve themselves."""

import copy
import json

import support
from api import call, get, post
from support import Skipped, World, need, write_record

try:
    import jsonschema
except ImportError:
    jsonschema = None

NETWORK = "Rivers"
STREAMS = {"/api/v1/events"}


def described(node):
    if jsonschema is None:
        raise Skipped("python3-jsonschema is not there")
    return get(node, "/api/v1/openapi.json").json()


def strict(document):
    """The description with objects closed: a member that it does not name is a finding."""
    closed = copy.deepcopy(document)
    pending = [closed]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if value.get("type") == "object" and "properties" in value:
                value.setdefault("additionalProperties", False)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return closed


def check(document, schema, value, what):
    """`schema` may refer to the components of the document."""
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema,
            "components": document["components"]}
    errors = list(jsonschema.Draft202012Validator(root).iter_errors(value))
    need(not errors, f"{what}: {errors[:3]}")


def schema_of(document, operation, answer, what):
    """What the description says of an answer of this status."""
    responses = operation["responses"]
    response = responses.get(str(answer.status), responses["default"])
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    if "content" not in response:
        need(answer.body == b"", f"{what}: a body where none is described")
        return None
    need(answer.type in response["content"], f"{what}: {answer.type} is not described")
    return response["content"][answer.type]["schema"]


def check_answer(document, method, pattern, answer):
    what = f"{method} {pattern}: {answer.status}"
    schema = schema_of(document, document["paths"][pattern][method.lower()], answer, what)
    need(answer.headers["X-Request-Id"], f"{what}: no request id")
    if schema is None:
        return
    is_json = answer.type.endswith("json")
    check(document, schema, answer.json() if is_json else answer.body.decode(), what)


def two_schools(world):
    """Two nodes in one network with records, attachments among them, and one revision."""
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    support.join(b, a, NETWORK)
    record = a.json("publish", write_record(world.root, "one.md", "The first record"),
                    "--network", NETWORK)["id"]
    b.run("publish", write_record(world.root, "two.md", "What came of it"), "--network", NETWORK,
          "--kind", "practice-write-up").ok()
    picture = world.root / "plan.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with_picture = write_record(world.root, "three.md", "With a picture")
    with_picture.write_text(with_picture.read_text() + "\n![A plan](plan.png)\n")
    a.run("publish", with_picture, "--network", NETWORK).ok()
    support.in_sync([a, b], NETWORK)
    return a, b, record


def every_read():
    """openapi: every GET route of two nodes with records answers as it is described"""
    with World() as world:
        a, b, record = two_schools(world)
        document = strict(described(a))
        values = {"{id}": record, "{network}": NETWORK}
        asked = 0
        for pattern, operations in document["paths"].items():
            if "get" not in operations or pattern in STREAMS:
                continue
            target = pattern
            for name, value in values.items():
                target = target.replace(name, value)
            need("{" not in target, f"{pattern}: add a value for its parameter to this test")
            for node in (a, b):
                answer = get(node, target)
                need(answer.status == 200, f"{target}: {answer.status} {answer.body[:200]!r}")
                check_answer(document, "GET", pattern, answer)
                asked += 1
        need(asked >= 20, f"only {asked} answers")
        for row in get(a, "/api/v1/records").json()["records"]:
            answer = get(a, "/api/v1/records/" + row["id"])
            check_answer(document, "GET", "/api/v1/records/{id}", answer)
            again = get(a, "/api/v1/records/" + row["id"], If_None_Match=answer.headers["ETag"])
            need(again.status == 304, f"{again.status} for a known tag")
            check_answer(document, "GET", "/api/v1/records/{id}", again)


def every_problem():
    """openapi: what is refused is refused with a problem as it is described, by every route"""
    with World() as world:
        node = world.node("a")
        document = strict(described(node))
        for pattern, operations in document["paths"].items():
            target = pattern.replace("{id}", "aaaaaaaa").replace("{network}", "nobody")
            for method in operations:
                over_tcp = call(node, method.upper(), target, over=node.web, body=None)
                is_open = pattern in ("/healthz", "/readyz")
                need(is_open or over_tcp.status in (401, 404), f"{target}: {over_tcp.status}")
                check_answer(document, method.upper(), pattern, over_tcp)
            if "post" in operations:
                for body in (b"no json", b"[]", b'{"unknown": 1}', b'{"code": 7, "file": 7}'):
                    answer = post(node, target, body)
                    may_be_empty = not operations["post"]["requestBody"]["required"]
                    is_fine = may_be_empty and body[:1] == b"{" and answer.status < 300
                    need(is_fine or 400 <= answer.status < 500, f"{target} {body}: {answer.status}")
                    check_answer(document, "POST", pattern, answer)
            if "{" in pattern and "get" in operations:
                check_answer(document, "GET", pattern, get(node, target))


def every_change():
    """openapi: what is changed is answered as it is described"""
    with World() as world:
        node = world.node("a")
        document = strict(described(node))

        def change(target, body, status, pattern=None):
            answer = post(node, target, body)
            need(answer.status == status, f"{target}: {answer.status} {answer.body!r}")
            check_answer(document, "POST", pattern or target, answer)
            schema = document["paths"][pattern or target]["post"]["requestBody"]["content"]
            check(document, schema["application/json"]["schema"], body, f"request of {target}")

        network = {"name": NETWORK, "focus": "writing", "charter": "Be kind."}
        change("/api/v1/networks", network, 201)
        change(f"/api/v1/networks/{NETWORK}/invitations", {"hours": 5}, 201,
               "/api/v1/networks/{network}/invitations")
        record = {"file": "# Grids in Year 8\n", "network": NETWORK, "set": {"phases": "primary"}}
        change("/api/v1/records", record, 201)
        change("/api/v1/records/batch", {"records": [record, {"file": "x", "reach": "no"}]}, 200)
        address = f"127.0.0.1:{support.free_port()}"
        change("/api/v1/neighbours", {"address": address, "network": NETWORK}, 201)
        change("/api/v1/sync", {"wait": False}, 200)


def described_events():
    """openapi: the description is valid JSON Schema all through"""
    with World() as world:
        document = described(world.node("a"))
        for name, schema in document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            need(json.dumps(schema), name)


support.main(every_read, every_problem, every_change, described_events)
