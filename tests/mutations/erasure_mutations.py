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
        "protocol/network/roster/succession.cpp",
        "if (!judge_.is(Question::acts, *at) || (",
        "if ((",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "of two successors that have not seen each other the one with the smaller id orders",
        "protocol/network/roster/roster.cpp",
        "if (said.size() > 1)",
        "if (said.size() > 9)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "who closes a school names one of two words on its successor",
        "protocol/network/roster/naming.cpp",
        "constexpr std::size_t disagreeing_names_max = 2;",
        "constexpr std::size_t disagreeing_names_max = 1;",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "a school sees only some of its own words on its successor",
        "protocol/network/roster/naming.cpp",
        "if (std::holds_alternative<NameSuccessor>(act)) {",
        "if (std::holds_alternative<NameSuccessor>(act) && names.empty()) {",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "whoever is named vouches for it behind the cut",
        "protocol/network/roster/facts.cpp",
        "        operations_[at].subject = number(*act.successor);",
        "        static_cast<void>(number(*act.successor));",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "no coordinator vouches for a word on a successor",
        "protocol/network/roster/naming.cpp",
        "return has_lone_grants(writer) || has_lone_names(writer);",
        "return has_lone_grants(writer);",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "one coordinator suspends the successor, and what it had erased comes back",
        "protocol/network/roster/roster.cpp",
        "return is_member(school) || suspended.count(school) > 0;",
        "return may_act(school);",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "a suspended successor goes on to order",
        "protocol/network/roster/roster.cpp",
        "(succeeds(author, school) && may_act(author))",
        "succeeds(author, school)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "an act of a later version vouches for what it names",
        "protocol/network/roster/judge.cpp",
        "const bool is_readable = !is_a<LaterAct>(placed);",
        "const bool is_readable = true;",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "a receipt goes past an order whose leave is still to come",
        "protocol/replica/erasure/receipts.cpp",
        ": may_still_reach(network, placed);",
        ": false;",
        "sim_scenes", "bin/sim_scenes 'successor: nobody says*'",
    ),
    (
        "a school whose words disagree cannot say that it names nobody",
        "protocol/replica/membership/changes.cpp",
        "if (is_same && roster.successors_at_odds.count(context_.school) == 0)",
        "if (is_same)",
        "sim_scenes", "bin/sim_scenes 'successor: of a school that named two*'",
    ),
    (
        "a role written for a suspended school makes it one that has left",
        "protocol/network/roster/judge.cpp",
        ": !is_a<Suspend>(closing) && !is_a<SetRole>(closing);",
        ": !is_a<Suspend>(closing);",
        "unit_protocol", f"{UNIT_PROTOCOL} 'successor*'",
    ),
    (
        "receipts stop at what a coordinator ordered for a school that came back",
        "protocol/replica/erasure/receipts.cpp",
        "named != network.roster.successors.end() &&",
        "named == network.roster.successors.end() ||",
        "sim_scenes", "bin/sim_scenes 'successor: who ordered*'",
    ),
]
