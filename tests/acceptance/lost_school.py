"""A school that changes its keys, is lost, and comes back: each command of that, for its schema.

Python's standard library only.
"""

import support
from support import join, need

NETWORK = "Rivers"


def every_key_command(calls):
    """A node with a phrase on file changes its keys, is lost, and comes back."""
    first, second = calls.world.root / "first-phrase", calls.world.root / "second-phrase"
    node = support.Node(calls.world.root, "e").init("--phrase-out", first)
    calls.world.nodes.append(node)
    node.start()
    join(node, calls.a, NETWORK)
    calls.call(node, "key status")
    calls.dry(node, "key rotate", "--phrase-file", first)
    calls.call(node, "key rotate", "--phrase-file", first)
    replace = ("--phrase-file", first, "--phrase-out", second)
    calls.dry(node, "key replace-phrase", *replace)
    need(not second.exists(), "replace-phrase --dry-run wrote a phrase")
    calls.call(node, "key replace-phrase", *replace)
    node.run("sync", "--wait").ok()
    node.stop()
    back = support.Node(calls.world.root, "f")
    code = calls.a.json("network", "invite", NETWORK)["code"]
    source = ("--phrase-file", second, "--from", calls.a.listen, "--network-code", code,
              "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
    calls.dry(back, "recover", *source)
    need(not back.folder.exists(), "recover --dry-run made something")
    calls.call(back, "recover", *source, "--no-other-network")
