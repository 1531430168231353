"""Planted bugs in terms that follow those of a link, as in mutations.py."""

from mutations import UNIT_PROTOCOL

RENEWAL_MUTATIONS = [
    (
        "a coordinator goes on by terms that let more cross than those in force",
        "protocol/agreement/relay/relay.cpp",
        "            giver.gives = common_terms(giver.gives, *replaced);",
        "            giver.gives = *replaced;",
        "unit_protocol", f"{UNIT_PROTOCOL} 'relay:*'",
    ),
    (
        "what was said of a school that is out falls away with the next renewal",
        "protocol/agreement/standing.cpp",
        "!passport->last || standing.find(passport->agreement) == nullptr)",
        "!passport->last || passport->agreement != standing.id)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'standing:*'",
    ),
    (
        "a network signs two renewals of one number",
        "protocol/replica/agreements/standings.cpp",
        " &&\n                 !has_rival(terms, each, status.network, in_force),",
        ",",
        "sim_scenes", "bin/sim_scenes 'renewing:*'",
    ),
    (
        "a link goes with the role of who has signed it",
        "protocol/replica/agreements/renewing.cpp",
        "is_under_way(network.id, terms.id) || has_live_signature(terms.by(network.id)))",
        "is_under_way(network.id, terms.id) || true)",
        "sim_scenes", "bin/sim_scenes 'renewing:*'",
    ),
    (
        "whoever signs what is in force leaves the first agreement to one signature",
        "protocol/replica/agreements/renewing.cpp",
        "        if (known == nullptr || known->standing.find(terms.id) == nullptr || !is_whole ||",
        "        if (known == nullptr || known->standing.id != terms.id || !is_whole ||",
        "sim_scenes", "bin/sim_scenes 'renewing:*'",
    ),
    (
        "a new server's signature under terms counts where it is not known yet alone",
        "protocol/replica/agreements/standings.cpp",
        "        add_learned(said, learned);",
        "        static_cast<void>(learned);",
        "sim_scenes", "bin/sim_scenes 'renewing: a new server*'",
    ),
    (
        "one coordinator of the other network fills governance with terms",
        "protocol/replica/agreements/renewals.cpp",
        "of_key == of_signatory.end() || of_key->second.size() < limits::renewals_open_max;",
        "of_key == of_signatory.end() || !of_key->second.empty();",
        "sim_scenes", "bin/sim_scenes 'renewal flood:*'",
    ),
    (
        "an honest gateway is called a liar for what was on its way while terms became narrower",
        "protocol/agreement/relay/relay.cpp",
        "    return why_not(header, replaced_steps_) ? why : Refusal::terms_replaced;",
        "    return why;",
        "sim_scenes", "bin/sim_scenes 'renewing: what is on its way*'",
    ),
    (
        "one side takes back what both had signed, by a new server",
        "protocol/replica/agreements/renewals.cpp",
        "    if (terms.is_signed_here && terms.lacks_there)",
        "    if (terms.is_signed_here && terms.lacks_there && false)",
        "sim_scenes", "bin/sim_scenes 'renewing: a link outlives the servers*'",
    ),
    (
        "who has offered all it may is not heard under what was made here",
        "protocol/replica/crossing/far_acts.cpp",
        "heard.has_room(copy, are_they_one) || (is_signed_here &&",
        "heard.has_room(copy, are_they_one) || (is_signed_here && false &&",
        "sim_scenes", "bin/sim_scenes 'renewal flood:*'",
    ),
    (
        "one school makes terms by the hundred",
        "protocol/replica/agreements/renewing.cpp",
        "    if (open_terms_of(parts_.context.school, terms, *link) >= limits::renewals_open_max)",
        "    if (open_terms_of(parts_.context.school, terms, *link) >= 1000)",
        "sim_scenes", "bin/sim_scenes 'renewing: proposals*'",
    ),
    (
        "a network signs what is older than its own proposal",
        "protocol/replica/agreements/standings.cpp",
        "        return each.id != terms.id && (is_alike || is_higher);",
        "        return each.id != terms.id && (is_alike || (is_higher && false));",
        "sim_scenes", "bin/sim_scenes 'renewal flood:*'",
    ),
    (
        "each bad end of a message costs signatures",
        "protocol/replica/crossing/far_acts.cpp",
        "takes_end && bad_ends <= bad_told_max)",
        "takes_end)",
        "sim_scenes", "bin/sim_scenes 'renewal flood:*'",
    ),
    (
        "coordinators sign after one who counts here alone",
        "protocol/replica/agreements/renewing.cpp",
        "terms.agreement.number == 0 || !terms.lacks_there;",
        "true;",
        "sim_scenes", "bin/sim_scenes 'renewal flood:*'",
    ),
]
