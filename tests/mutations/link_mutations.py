"""Planted bugs in what two networks agree and in what crosses between them, as in mutations.py."""

from mutations import UNIT_PROTOCOL

LINK_MUTATIONS = [
    (
        "a coordinator that is removed goes on signing passports",
        "protocol/agreement/relay/relay.cpp",
        "if (passport.card != newest.hash)",
        "if (line.find(passport.card) == nullptr)",
        "unit_protocol", f"{UNIT_PROTOCOL} '[agreement]'",
    ),
    (
        "a signature for one network counts for another",
        "protocol/agreement/signatures.cpp",
        "Bytes said = to_bytes(network.view());",
        "Bytes said = to_bytes(network.view().first(0));",
        "unit_protocol", f"{UNIT_PROTOCOL} '[agreement]'",
    ),
    (
        "what its author keeps to one network is passed on",
        "protocol/agreement/crossing.cpp",
        "if (header.pass_on < way.size() - 1)",
        "if (header.pass_on + 1 < way.size() - 1)",
        "unit_protocol", f"{UNIT_PROTOCOL} '[agreement]'",
    ),
    (
        "a passing network takes any passport of the giver",
        "protocol/agreement/relay/trail.cpp",
        "if (giver_id != last.giver.network || last.passport.before != before)",
        "if (giver_id != last.giver.network)",
        "unit_protocol", f"{UNIT_PROTOCOL} '[agreement]'",
    ),
    (
        "a member answers the bearer of a code in its network's name",
        "protocol/replica/meeting/agreeing_bearer.cpp",
        "if (!offer.signature || !parts_",
        "if (!offer.signature && !parts_",
        "unit_protocol", f"{UNIT_PROTOCOL} 'agreeing*'",
    ),
    (
        "whoever a card names has signed for this network",
        "protocol/agreement/agreeing.cpp",
        "{card.card.network, who, chain_of},",
        "{card.card.network, who.empty() ? who : std::span(card.card.coordinators), chain_of},",
        "unit_protocol", f"{UNIT_PROTOCOL} 'agreeing*'",
    ),
    (
        "a code for another network is accepted twice",
        "protocol/replica/meeting/agreeing.cpp",
        "const bool is_same = before->agreement.bytes == checked->agreement.bytes;",
        "const bool is_same = !before->agreement.bytes.empty();",
        "sim_scenes", "bin/sim_scenes 'agreeing*'",
    ),
    (
        "a copied agreement spends another code",
        "protocol/replica/meeting/agreed_links.cpp",
        "if (agreed.act->invite == invite && is_of_its_code(agreed, made) && status_of(agreed))",
        "if (agreed.act->invite == invite && !(made.empty() && is_of_its_code(agreed, made)) &&"
        " status_of(agreed))",
        "unit_protocol", f"{UNIT_PROTOCOL} 'agreeing*'",
    ),
    (
        "who coordinates since answers an older code",
        "protocol/replica/meeting/agreed_links.cpp",
        "std::ranges::count(card->coordinators, parts_.context.school) > 0;",
        "std::ranges::count(card->coordinators, parts_.context.school) >= 0;",
        "sim_scenes", "bin/sim_scenes 'agreeing*'",
    ),
    (
        "another agreement shows its words beside a spent code",
        "protocol/replica/meeting/agreeing.cpp",
        "        if (is_same)\n            hear_words(link, *meeting.invite);",
        "        hear_words(link, *meeting.invite);",
        "unit_protocol", f"{UNIT_PROTOCOL} 'agreeing*'",
    ),
    (
        "chains of strangers are read for what nobody here has signed",
        "protocol/replica/meeting/agreed_links.cpp",
        "    if (!has_own_side_signed(agreed, *own, known_here))\n",
        "    if (!read_foreign_chains(act.chains, parts_.context.verifier) ||\n"
        "        !has_own_side_signed(agreed, *own, known_here))\n",
        "unit_protocol", f"{UNIT_PROTOCOL} 'agreeing*'",
    ),
]
