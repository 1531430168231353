"""A monitoring system reads /metrics: the promised names, the format."""

import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import call, post
from support import QUICK_TIP, World, need, wait_until

NETWORK = "Rivers"
RECORD = {"file": f'---\ntitle: "One record"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nSome words.\n'}
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = r'\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*")*\}'
SAMPLE = re.compile(rf"^({NAME})({LABELS})? (NaN|[+-]?Inf|[+-]?\d[\d.e+-]*)$")
WANTED = """staffroom_build_info staffroom_up_seconds staffroom_neighbours
staffroom_neighbour_last_exchange_timestamp_seconds staffroom_sync_pending_records
staffroom_sync_bytes_total staffroom_conflicts_open staffroom_records staffroom_store_bytes
staffroom_disk_free_bytes staffroom_http_request_duration_seconds
staffroom_search_duration_seconds staffroom_sync_failures_total
process_cpu_seconds_total process_resident_memory_bytes process_virtual_memory_bytes
process_open_fds process_max_fds process_start_time_seconds"""
# Not the base unit, or a word that belongs to a label or to the type (promtool check metrics).
UNFIT = re.compile(r"_(ms|milliseconds|minutes|hours|days|kb|kib|mb|mib|percent|count|sum|bucket|"
                   r"gauge|counter|histogram)(_|$)")


def check_metrics(text):
    """The rules of the text format and of promtool; gives types and samples."""
    types, helps, samples, order = {}, {}, {}, []
    need(text.endswith("\n") and "\r" not in text, "the last line has no end")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            need(name not in helps and words.strip(), f"HELP twice or empty: {line!r}")
            helps[name] = words
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            need(name not in types, f"TYPE twice: {line!r}")
            need(kind in ("counter", "gauge", "histogram", "summary"), f"{line!r}")
            types[name] = kind
            order.append(name)
        else:
            match = SAMPLE.match(line)
            need(match, f"not in the format: {line!r}")
            key = match.group(1) + (match.group(2) or "")
            need(key not in samples, f"a sample twice: {line!r}")
            base = re.sub(r"_(bucket|sum|count)$", "", match.group(1))
            family = match.group(1) if match.group(1) in types else base
            need(order and order[-1] == family, f"apart from its family: {line!r}")
            need(types[family] == "histogram" or family == match.group(1), f"{line!r}")
            labels = re.findall(r'([a-zA-Z_]\w*)="', match.group(2) or "")
            need(len(labels) == len(set(labels)), f"a label twice: {line!r}")
            need("le" not in labels or match.group(1).endswith("_bucket"), f"{line!r}")
            samples[key] = float(match.group(3))
            need(types[family] != "counter" or samples[key] >= 0, f"{line!r}")
    need(set(types) == set(helps), f"HELP or TYPE alone: {set(types) ^ set(helps)}")
    for name, kind in types.items():
        need((kind == "counter") == name.endswith("_total"), f"{name} is a {kind}")
        need(re.fullmatch(r"[a-z][a-z0-9_]*", name) and not UNFIT.search(name), f"{name}")
        if kind == "histogram":
            need(any(key.startswith(name + "_bucket") and 'le="+Inf"' in key for key in samples),
                 f"{name}: no last bucket")
    return types, samples


def check_process(node, samples):
    """Against what /proc says of the node from outside."""
    need(abs(samples["process_resident_memory_bytes"] - node.rss_bytes()) < 64 << 20, "memory")
    need(samples["process_virtual_memory_bytes"] >= samples["process_resident_memory_bytes"], "")
    need(0 <= samples["process_cpu_seconds_total"] <= node.cpu_seconds() + 1, "CPU time")
    files = len(list(pathlib.Path(f"/proc/{node.process.pid}/fd").iterdir()))
    need(abs(samples["process_open_fds"] - files) <= 5, f"{files} open files")
    need(samples["process_max_fds"] >= samples["process_open_fds"], "more files than may be")
    age = time.time() - samples["process_start_time_seconds"]
    need(-2 < age < 600, f"started {age} s ago")


def metrics():
    """metrics: they keep to the format, have the names that were promised, and the token"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        support.join(b, a, NETWORK)
        need(post(a, "/api/v1/records", RECORD).status == 201, "not published")
        address = f"127.0.0.1:{support.free_port()}"
        a.run("neighbour", "add", address, "--network", NETWORK).ok()
        support.in_sync([a, b], NETWORK)
        token = (a.folder / "api.token").read_text().strip()
        need(call(a, "GET", "/metrics", over=a.web).status == 401, "metrics without the token")

        def text():
            bearer = f"Bearer {token}"
            return call(a, "GET", "/metrics", over=a.web, Authorization=bearer).body.decode()

        wait_until(lambda: "staffroom_sync_failures_total" in text(), 30, "a failure is counted")
        types, samples = check_metrics(text())
        need(set(WANTED.split()) <= set(types), f"missing: {set(WANTED.split()) - set(types)}")
        check_process(a, samples)
        need(samples['staffroom_records{kind="practice-write-up"}'] == 1, "not one record")
        need(samples['staffroom_sync_bytes_total{direction="in"}'] > 0, "no bytes came in")
        need(samples['staffroom_store_bytes{part="search"}'] > 0, "the search index has no size")


support.main(metrics)
