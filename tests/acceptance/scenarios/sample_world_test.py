"""The sample world of the corpus on real nodes: each school that adopted something or whose
document was adopted is a process of its own, nineteen in all, in one network.

All rows of expected_adoption_totals.tsv are asked of `staffroom report` at several nodes, but
for "adoptions across networks": the sample has three networks, linked, and one network cannot
show that; the fold behind the report is held to that row by
tests/unit/node/services/lineage/adoptions_test.cpp. Adoption a09 stayed in its school; here it
goes to the network, so that every node can count "all reaches".
"""

import csv
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need
from written import publish, meet, with_id, write

NETWORK = "Sample world"
ACROSS_NETWORKS = "adoptions across networks"
CHECKED = ("n05", "f02", "r34")
LONE_COUNT = "a12"  # 4 pupils


def rows_of(name):
    path = support.corpus() / "sample" / f"{name}.tsv"
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def set_school(node, school):
    """Area and trust, which init does not ask for."""
    settings = node.folder / "staffroom.toml"
    text = settings.read_text(encoding="utf-8")
    need(text.count("[school]\n") == 1, text)
    lines = f"area = '{school['area']}'\ntrust = '{school['trust']}'\n"
    settings.write_text(text.replace("[school]\n", "[school]\n" + lines), encoding="utf-8")


def build(world, ids, schools, hub):
    """A running node for each school, all members; the hub is where the others join."""
    nodes = {}
    for each in (hub, *sorted(ids - {hub})):
        node = world.node(each, "--place", schools[each]["place"], start=False)
        set_school(node, schools[each])
        nodes[each] = node.start()
        if each == hub:
            node.run("network", "create", NETWORK, "--focus", "research-use").ok()
        else:
            join(node, nodes[hub], NETWORK)
    return nodes


def publish_documents(nodes, documents):
    """Sample id to record id, by import of the one row of the manifest."""
    manifest = support.corpus() / "manifest.tsv"
    records = {}
    for sample_id, row in documents.items():
        node = nodes[row["school"]]
        result = node.run("--json", "import", manifest, "--network", NETWORK, "--match",
                          row["document"], *support.CONFIRMED).ok(0, 4).document()
        need(result["published"] == 1 and result["refused"] == 0, f"{sample_id}: {result}")
        # No school of the sample owns two of these documents.
        own = node.json("status")["school"]["id"]
        found = [each["id"] for each in node.lines("list") if each["school"] == own]
        need(len(found) == 1, f"{sample_id}: {found}")
        records[sample_id] = found[0]
    return records


def write_adoption(world, row, school):
    return write(
        world.root, f"{row['id']}.md", f"Tried at {school['name']}: {row['of']}", kind="adoption",
        context_place=school["place"],
        stage="stopped" if row["outcome"] == "stopped-early" else "finished",
        mode="from", kept=row["what_we_kept"], changed=row["what_we_changed"],
        outcome=row["outcome"], what_happened=row["what_happened"],
        pupils_reached=row["pupils_reached"] or None, adults_reached=row["adults_reached"] or None,
        from_=row["from"], until=row["to"], depth=row["depth"],
    )


def reported(report):
    """The report in the names of the expected table."""
    outcomes = report["outcomes"]
    not_positive = ("no-difference", "did-not-suit", "stopped-early")
    return {
        "adoptions": report["adoptions"],
        "adoptions with a pupil count": report["with_pupil_count"],
        "pupils reached, all reaches, own node view": report["pupils_reached"],
        "adults reached, all reaches": report["adults_reached"],
        "adoptions across schools": report["across_schools"],
        "adoptions across areas": report["across_areas"],
        "share across areas": round(report["across_areas"] / report["adoptions"], 4),
        "adoptions across trusts or none": report["across_trusts_or_none"],
        "longest adaptation chain, steps": report["longest_chain"],
        "outcomes worked-as-described": outcomes["worked-as-described"],
        "outcomes not positive or stopped": sum(outcomes[word] for word in not_positive),
    }


def the_sample_world():
    """sample world: nineteen schools share and adopt; every node reports the expected totals"""
    adoptions = sorted(rows_of("adoptions"), key=lambda row: row["from"])
    adopted = {row["of"] for row in adoptions}
    documents = {row["id"]: row for row in rows_of("circulation") if row["id"] in adopted}
    schools = {row["id"]: row for row in rows_of("schools")}
    expected = {row["name"]: float(row["value"]) for row in rows_of("expected_adoption_totals")}
    ids = {row["school"] for row in (*adoptions, *documents.values())}
    with World() as world:
        nodes = build(world, ids, schools, documents["d060"]["school"])
        records = publish_documents(nodes, documents)
        meet(nodes.values(), NETWORK)
        for row in adoptions:
            node = nodes[row["school"]]
            if records[row["of"]] not in {each["id"] for each in node.lines("list")}:
                meet(nodes.values(), NETWORK)
            path = write_adoption(world, row, schools[row["school"]])
            records[row["id"]] = publish(node, path, "--about", records[row["of"]], network=NETWORK)
        meet(nodes.values(), NETWORK)
        print(f"{len(nodes)} schools, {len(records)} records")

        for name, node in nodes.items():
            report = node.json("report")
            found = reported(report)
            for key, value in expected.items():
                if key != ACROSS_NETWORKS:
                    need(found[key] == value, f"{name}: {key} is {found[key]}, not {value}")
            need(report["across_networks"] == 0, f"{name}: one network is crossed")
        check_lineage(nodes, records)
        check_authors(nodes, records, adoptions, documents)


def check_lineage(nodes, records):
    """From a11 the way goes back over a01 to d060, at every node."""
    chain = [records[each] for each in ("a11", "a01", "d060")]
    for name in CHECKED:
        lineage = nodes[name].json("lineage", chain[0])
        need(lineage["steps_back"] == 2, f"{name}: {lineage['steps_back']}")
        steps = [with_id(lineage["nodes"], record)["steps"] for record in chain]
        need(steps == [0, 1, 2], f"{name}: {steps}")
        need(all(with_id(lineage["nodes"], each)["is_origin"] for each in chain[1:]), f"{name}")
        ways = {(edge["from"], edge["to"]) for edge in lineage["edges"]}
        need(set(zip(chain, chain[1:])) <= ways, f"{name}: {ways}")


def check_authors(nodes, records, adoptions, documents):
    """Each owner has heard of each adoption of its own; small counts stay at home."""
    for row in adoptions:
        source = row["of"]
        owner = (documents[source]["school"] if source in documents
                 else next(each["school"] for each in adoptions if each["id"] == source))
        news = with_id(nodes[owner].json("inbox")["news"], records[row["id"]])
        need(news["relation"] == "tried-in", f"{row['id']}: {news}")
        need(news["about"]["id"] == records[source], f"{row['id']}: {news}")
    few = next(row for row in adoptions if row["id"] == LONE_COUNT)
    for name in (few["school"], *CHECKED):
        said = nodes[name].json("show", records[LONE_COUNT])["fields"]["pupils-reached"]
        need(said == ("4" if name == few["school"] else "fewer than 6"), f"{name}: {said}")


support.main(the_sample_world)
