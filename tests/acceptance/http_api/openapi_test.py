"""The answers of real nodes against the description of the API that they serve themselves."""

import copy
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import call, get, post
from linking import changed_by_routes, linked
from sample import Sample
from support import Skipped, World, need, write_record

try:
    import jsonschema
except ImportError:
    jsonschema = None

NETWORK = "Rivers"
STREAMS = {"/api/v1/events"}
# Of people, and of a page that may not be built in: acceptance.accounts asks these.
ELSEWHERE = {"/api/v1/people/{id}/sessions", "/api/v1/people/{id}/texts", "/assets/{file}",
             *(f"/feeds/{{token}}/{what}" for what in (
                 "authors/{author}", "networks/{network}", "subjects/{subject}"))}
# Of the line and not of an address: these may come from anywhere, so `default` stands for them.
OF_THE_LINE = {405, 414, 417, 431}


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
    is_listed = str(answer.status) in responses or answer.status in OF_THE_LINE
    need(is_listed or answer.status >= 500, f"{what}: this status is not listed")
    response = responses.get(str(answer.status), responses["default"])
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    if "content" not in response:
        need(answer.body == b"", f"{what}: a body where none is described")
        return None
    need(answer.type in response["content"], f"{what}: {answer.type} is not described")
    return response["content"][answer.type].get("schema")


def check_answer(document, method, pattern, answer):
    what = f"{method} {pattern}: {answer.status}"
    schema = schema_of(document, document["paths"][pattern][method.lower()], answer, what)
    need(answer.headers["X-Request-Id"], f"{what}: no request id")
    if not schema:  # bytes of any kind
        return
    is_json = answer.type.endswith("json")
    check(document, schema, answer.json() if is_json else answer.body.decode(), what)


def two_schools(world):
    """Two nodes in one network, with records of every kind and state."""
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    support.join(b, a, NETWORK)
    sample = Sample(a, b, NETWORK, world.root)
    return sample, sample.everything()


def check_read(document, node, pattern, target, *known):
    answer = get(node, target)
    need(answer.status == 200, f"{target}: {answer.status} {answer.body[:200]!r}")
    check_answer(document, "GET", pattern, answer)
    if known:
        again = get(node, target, If_None_Match=answer.headers["ETag"])
        need(again.status == 304, f"{again.status} for a known tag")
        check_answer(document, "GET", pattern, again)
    return answer


def an_erased_record(sample):
    """The id of a record that was ordered to go, at both schools."""
    text = write_record(sample.folder, "goes.md", "It has to go")
    record = sample.a.json("publish", text, "--network", NETWORK)["id"]
    sample.arrive()
    sample.a.run("erase", record, "--reason", "mistake", "--yes").ok()
    support.wait_until(lambda: not sample.b.lines("erasure", "list", "--open"), 30, "receipts")
    return record


def every_read():
    """openapi: every GET route of two nodes with records answers as it is described"""
    with World() as world:
        sample, picture = two_schools(world)
        document = strict(described(sample.a))
        values = {"{id}": sample.ids["picture"], "{hash}": picture, "{network}": NETWORK,
                  "{code}": "id.not-found"}
        values["{link}"] = linked(world, sample.a, NETWORK, sample.a, sample.b)
        asked = 0
        erased = an_erased_record(sample)
        for pattern, operations in document["paths"].items():
            if "get" not in operations or pattern in STREAMS | ELSEWHERE:
                continue
            is_of_orders = pattern.startswith("/api/v1/erasures")
            values["{id}"] = erased if is_of_orders else sample.ids["picture"]
            if not {"anyone", "owner"} & set(operations["get"]["x-roles"]):
                continue
            target = pattern
            for name, value in values.items():
                target = target.replace(name, value)
            need("{" not in target, f"{pattern}: add a value for its parameter to this test")
            for parameter in operations["get"].get("parameters", []):
                if parameter.get("in") == "query" and parameter.get("required"):
                    need(parameter["name"] == "q", f"{pattern}: a value for {parameter}")
                    target += "?q=slips"
            for node in (sample.a, sample.b):
                check_read(document, node, pattern, target)
                asked += 1
        need(asked >= 30, f"only {asked} answers")


def every_record():
    """openapi: records of every kind and state are as described, at both schools"""
    with World() as world:
        sample, _ = two_schools(world)
        document = strict(described(sample.a))
        base = "/api/v1/records/{id}"
        for node in (sample.a, sample.b):
            seen = {}
            for name, record in sample.ids.items():
                target = base.replace("{id}", record)
                seen[name] = check_read(document, node, base, target, "again").json()
                check_read(document, node, base + "/history", target + "/history")
                check_read(document, node, base + "/lineage", target + "/lineage")
                if name != "retracted":
                    for form in ("markdown", "jsonld", "bibtex", "ris"):
                        check_read(document, node, base + "/export",
                                   f"{target}/export?format={form}")
            need(seen["retracted"]["retraction"]["reason"], "no reason of a record taken back")
            need(seen["old"]["superseded_by"] == sample.ids["new"], "no successor")
            need(seen["joint"]["versions"], "no second version")
            need(seen["call"]["call_state"] == "answered", "an answered call is open")
            need(seen["write-up"]["incoming"] and seen["review"]["about"], "no relations")
        news = check_read(document, sample.a, "/api/v1/inbox", "/api/v1/inbox").json()
        need(news["news"] and news["to_join"], f"an empty inbox: {news}")


def files():
    """openapi: a file is brought in and given out as described, and refused where it is another"""
    with World() as world:
        sample, picture = two_schools(world)
        document = strict(described(sample.a))
        content = (world.root / "plan.png").read_bytes()
        pattern = "/api/v1/files/{hash}"
        c = world.node("c")
        pieces = ((0, b"x" * len(content), 422), (0, content[:50], 200), (50, content[50:], 200))
        for offset, body, status in pieces:
            target = f"/api/v1/files/{picture}?offset={offset}&size={len(content)}"
            answer = post(c, target, body)
            need(answer.status == status, f"{target}: {answer.status} {answer.body!r}")
            check_answer(document, "POST", pattern, answer)
        need(answer.json() == {"held": len(content), "here": True}, f"{answer.json()}")
        base = "/api/v1/records/{id}/files/{hash}"
        record = base.replace("{id}", sample.ids["picture"])
        given = check_read(document, sample.a, base, record.replace("{hash}", picture))
        need(given.body == content and given.type == "image/png", f"{given.type} {given.body!r}")
        other = get(sample.a, record.replace("{hash}", "a" * 52))
        need(other.status == 404, f"a file that no record names: {other.status}")
        check_answer(document, "GET", base, other)


def every_problem():
    """openapi: what is refused is refused with a problem as it is described, by every route"""
    with World() as world:
        node = world.node("a")
        document = strict(described(node))
        for pattern, operations in document["paths"].items():
            target = pattern.replace("{id}", "aaaaaaaa").replace("{network}", "nobody")
            target = target.replace("{hash}", "aaaaaaaa").replace("{code}", "nothing")
            target = target.replace("{slot}", "nothing").replace("{file}", "nothing")
            target = target.replace("{school}", "nobody")
            for method, operation in operations.items():
                over_tcp = call(node, method.upper(), target, over=node.web, body=None)
                is_open = "anyone" in operation["x-roles"]
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

        def change(target, body, status, pattern=None, **headers):
            answer = post(node, target, body, **headers)
            need(answer.status == status, f"{target}: {answer.status} {answer.body!r}")
            check_answer(document, "POST", pattern or target, answer)
            schema = document["paths"][pattern or target]["post"]["requestBody"]["content"]
            check(document, schema["application/json"]["schema"], body, f"request of {target}")
            return answer.json()

        network = {"name": NETWORK, "focus": "writing", "charter": "Be kind."}
        change("/api/v1/networks", network, 201)
        change(f"/api/v1/networks/{NETWORK}/invitations", {"hours": 5}, 201,
               "/api/v1/networks/{network}/invitations")
        record = {"file": "# Grids in Year 8\n", "network": NETWORK, "set": {"phases": "primary"}}
        refused = change("/api/v1/records", record, 422)
        need(refused["problems"] and refused["draft"]["id"], f"no draft: {refused}")
        change("/api/v1/records/batch", {"records": [record, {"file": "x", "reach": "no"}]}, 200)
        asked = {"place": "a.md", "request": "a" * 52}
        change("/api/v1/records/written", {"records": [asked], "network": NETWORK}, 200)
        change("/api/v1/check", {"file": "Aisha Khan in 4B reads alone now.\n"}, 200)
        file = write_record(world.root, "tip.md", "A quick tip").read_text()
        record = {"file": file, "network": NETWORK}
        change("/api/v1/records", {**record, "dry_run": True}, 200)
        published = change("/api/v1/records", record, 201)
        change_record(change, node, published["id"], {**record, "file": file + "\nMore.\n"})
        for target, body in (("/api/v1/networks", {**network, "name": "Other"}),
                             (f"/api/v1/networks/{NETWORK}/invitations", {})):
            change(target, {**body, "dry_run": True}, 200,
                   target.replace(NETWORK, "{network}"))
        address = f"127.0.0.1:{support.free_port()}"
        change("/api/v1/neighbours", {"address": address, "network": NETWORK}, 201)
        change("/api/v1/neighbours/remove", {"address": address, "dry_run": True}, 200)
        change("/api/v1/neighbours/remove", {"address": address}, 200)
        change("/api/v1/neighbours", {"address": address, "network": NETWORK}, 201)
        invitation = node.lines("invitation", "list")[0]["id"]
        for body in ({"dry_run": True}, {}):
            change(f"/api/v1/invitations/{invitation}/end", body, 200,
                   "/api/v1/invitations/{id}/end")
        changed_by_routes(change, node, world, NETWORK)
        change("/api/v1/sync", {"wait": False}, 200)
        wish = {"record": published["id"], "reason": "mistake"}
        for body in ({**wish, "dry_run": True}, wish):
            change("/api/v1/erasures", body, 200)
        change("/api/v1/erasures", wish, 409)
        draft = refused["draft"]["id"]
        for body in ({"dry_run": True}, {}):
            change(f"/api/v1/records/{draft}/deletion", body, 200, "/api/v1/records/{id}/deletion")
        change(f"/api/v1/records/{draft}/refusal", {}, 409, "/api/v1/records/{id}/refusal")


def change_record(change, node, record, newer):
    """Revises, takes back and shows again, each with and without the state that was seen."""
    base = "/api/v1/records/{id}"
    for part, body in (("/revisions", newer), ("/retraction", {"reason": "Wrong counts"}),
                       ("/retraction", {"undo": True})):
        pattern = base + part
        target = pattern.replace("{id}", record)
        change(target, body, 428, pattern)
        tag = get(node, base.replace("{id}", record)).headers["ETag"]
        change(target, {**body, "dry_run": True}, 200, pattern, If_Match=tag)
        change(target, body, 201, pattern, If_Match=tag)
    target = base.replace("{id}", record) + "/revisions"
    stale = {**newer, "file": newer["file"] + "\nStale.\n"}
    pinned = f"{base.replace('{id}', record)}@1/revisions"
    refused = change(pinned, stale, 412, base + "/revisions")
    need(refused["code"].startswith("record."), f"no code of its own: {refused}")
    change(target, {**stale, "heads": ["a" * 52]}, 412, base + "/revisions")


def described_events():
    """openapi: the description is valid JSON Schema all through"""
    with World() as world:
        document = described(world.node("a"))
        for name, schema in document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            need(json.dumps(schema), name)


def objects_in(value, path=""):
    """Every object of a document with the way to it."""
    if isinstance(value, dict):
        yield path, value
        for key, each in value.items():
            yield from objects_in(each, f"{path}/{key}")
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from objects_in(each, f"{path}/{place}")


def lint_operation(document, path, method, operation):
    """What `redocly lint` (recommended, strict) and spectral's own rules ask of an operation."""
    what = f"{method} {path}"
    need(re.fullmatch(r"[a-z][A-Za-z]*", operation["operationId"]), f"{what}: its id")
    for name in ("summary", "description"):
        need(operation.get(name, "").strip(), f"{what}: no {name}")
    need(operation["summary"].endswith("."), f"{what}: no sentence")
    tags = {tag["name"] for tag in document["tags"]}
    need(operation["tags"] and set(operation["tags"]) <= tags, f"{what}: its tags")
    statuses = list(operation["responses"])
    for wanted in (("2", "3"), ("4",)):
        need(any(status.startswith(wanted) for status in statuses), f"{what}: no {wanted}xx")
    need(statuses == sorted(statuses), f"{what}: answers out of order")
    is_open = operation["x-roles"] == ["anyone"]
    need((operation.get("security") == []) == is_open, f"{what}: its security")
    need(is_open or method != "get" or "401" in statuses, f"{what}: no 401")
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            parameter = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
        need(parameter.get("description") and "schema" in parameter, f"{what}: {parameter}")
        need(parameter["in"] != "path" or parameter["required"], f"{what}: {parameter}")
        is_in_path = f"{{{parameter['name']}}}" in path
        need(is_in_path == (parameter["in"] == "path"), f"{what}: {parameter}")


def lint():
    """openapi: no lint warning: all is used, described and listed, and each example fits"""
    described = support.PROJECT / "node" / "http" / "answers" / "openapi.json"
    document = json.loads(described.read_text())
    info = document["info"]
    need(info["description"] and info["license"]["identifier"] and info["contact"], f"{info}")
    need(document["servers"], "no server")
    need([tag["name"] for tag in document["tags"]] and all(
        tag["description"] for tag in document["tags"]), "tags without a description")
    ids = []
    for path, operations in document["paths"].items():
        need(path == "/" or path[-1] not in "/?", f"{path}: its form")
        for method, operation in operations.items():
            lint_operation(document, path, method, operation)
            ids.append(operation["operationId"])
    need(len(ids) == len(set(ids)), "an operationId stands twice")
    used = {each["$ref"] for _, each in objects_in(document) if "$ref" in each}
    for kind, components in document["components"].items():
        for name in components:
            is_used = f"#/components/{kind}/{name}" in used or kind == "securitySchemes"
            need(is_used, f"#/components/{kind}/{name} is not used")
    if jsonschema is None:
        raise Skipped("python3-jsonschema is not there")
    examples = 0
    for path, each in objects_in(document):
        if "schema" in each and "example" in each:
            check(document, each["schema"], each["example"], path)
            examples += 1
    need(examples >= 12, f"only {examples} examples")
    for name, response in document["components"]["responses"].items():
        problem = response["content"]["application/problem+json"]
        status = problem.get("example", {}).get("status")
        for path, operations in document["paths"].items():
            for operation in operations.values():
                for listed, answer in operation["responses"].items():
                    is_it = answer.get("$ref", "").endswith("/" + name) and listed != "default"
                    need(not is_it or int(listed) == status, f"{path}: {listed} is {name}")


support.main(
    lint, every_read, every_record, files, every_problem, every_change, described_events
)
