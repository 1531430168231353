"""Planted bugs in who may have words erased and in who is believed to have done so, as in
mutations.py."""

from mutations import UNIT_PROTOCOL

ERASURE_MUTATIONS = [
    (
        "a receipt is good for all orders to come",
        "protocol/replica/erasure/receipts.cpp",
        "return record == nullptr || each.size > record->head.head.size;",
        "return record == nullptr;",
        "sim_scenes", "bin/sim_scenes 'receipts*'",
    ),
    (
        "an erasure that a kill cut in half counts as done after the start",
        "protocol/replica/erasure/erasures.cpp",
        "orders_.emplace(*id, row.value[0] == done_byte ? Progress::done : Progress::begun);",
        "orders_.emplace(*id, Progress::done);",
        "sim_canaries", "bin/sim_canaries 'canaries: a node*'",
    ),
    (
        "one coordinator suspends a school, and its successor erases",
        "protocol/network/roster/roster.cpp",
        "(out->second.how == ClosedBy::removal || out->second.how == ClosedBy::leave);",
        "out->second.how != ClosedBy::role;",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "a removed school names its successor behind the cut",
        "protocol/network/roster/roster.cpp",
        "            if (!judge_.is(Question::acts, *at))\n",
        "            if (!judge_.is(Question::acts, *at) && facts.grants.empty())\n",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "of two successors that have not seen each other the one with the smaller id orders",
        "protocol/network/roster/roster.cpp",
        "if (newest.size() == 1 && *newest.begin())",
        "if (!newest.empty() && *newest.begin())",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
]
