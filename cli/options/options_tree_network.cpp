// network and neighbour: the schools with which this school shares.
#include "cli/options/options_tree.hpp"
#include "protocol/network/operations.hpp"

namespace staffroom::cli {

namespace {

MadeCommand make_join(NetworkJoinCommand typed) {
    if (!sort_code_and_address(typed.code, typed.address))
        return usage(
            "Where to? The ADDRESS of the school that invites is missing, HOST:PORT.",
            "network join"
        );
    return CommandOptions(typed);
}

void add_join(Tree& tree, CLI::App& noun) {
    const auto typed = std::make_shared<NetworkJoinCommand>();
    auto& app = *tree.add_leaf(
                         noun,
                         "join",
                         "Join by a code and an address",
                         {"network join rivers.example:7420",
                          "network join ABCD-EFGH-JKMN-PQRS rivers.example:7420",
                          "network join - rivers.example:7420"},
                         [typed] { return make_join(*typed); }
    ).app;
    add_code_and_address(app, typed->code, typed->address, "the school that invites");
    tree.offer_dry_run(app);
}

std::vector<std::string> as_words(const std::vector<std::string_view>& names) {
    return {names.begin(), names.end()};
}

void add_network(CLI::App& app, std::string& place) {
    app.add_option("NET", place, "Name or id")->required()->type_name("");
}

void add_school(CLI::App& app, std::string& place) {
    app.add_option("SCHOOL", place, "Name, id, or the first 8 characters of its id")
        ->required()
        ->type_name("");
}

CLI::Option& add_reason(Tree& tree, CLI::App& app, std::string& place) {
    auto* reason = app.add_option("--reason", place, "Why, in one of these words");
    reason->type_name("CODE");
    tree.offer_only(*reason, as_words(network::reason_names()));
    return *reason;
}

void offer_care(Tree& tree, CLI::App& app) {
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

void add_role(Tree& tree, CLI::App& noun) {
    auto role = tree.add<NetworkRoleCommand>(
        noun,
        "role",
        "Let a school coordinate, take part or observe",
        {"network role Rivers \"Oakdene Primary\" coordinator",
         "network role Rivers Oakdene coordinator --until 2027-07-31",
         "network role Rivers Oakdene observer --dry-run"}
    );
    add_network(role.app, role.command.network);
    add_school(role.app, role.command.school);
    auto* word = role.app.add_option("ROLE", role.command.role, "What it is from now on");
    word->required()->type_name("");
    tree.offer_only(*word, as_words(network::role_names()));
    role.app
        .add_option("--until", role.command.until, "Its last day; then the former role goes on")
        ->type_name("DATE");
    offer_care(tree, role.app);
}

void add_standing(
    Tree& tree, CLI::App& noun, const std::string& word, const std::string& what, bool needs_reason
) {
    auto standing = tree.add<NetworkStandingCommand>(
        noun,
        word,
        what,
        {"network " + word + " Rivers Oakdene" + (needs_reason ? " --reason silent" : ""),
         "network " + word + " Rivers Oakdene" + (needs_reason ? " --reason closed" : "") +
             " --dry-run"}
    );
    standing.command.word = word;
    add_network(standing.app, standing.command.network);
    add_school(standing.app, standing.command.school);
    add_reason(tree, standing.app, standing.command.reason).required(needs_reason);
    offer_care(tree, standing.app);
}

void add_leave(Tree& tree, CLI::App& noun) {
    auto leave = tree.add<NetworkLeaveCommand>(
        noun,
        "leave",
        "Take this school out of a network",
        {"network leave Rivers --dry-run", "network leave Rivers --reason merged"}
    );
    add_network(leave.app, leave.command.network);
    add_reason(tree, leave.app, leave.command.reason);
    offer_care(tree, leave.app);
}

MadeCommand make_successor(const NetworkSuccessorCommand& typed) {
    if (typed.school.empty() != typed.is_nobody)
        return usage("Who? Either SCHOOL or --nobody says it.", "network successor");
    return CommandOptions(typed);
}

void add_successor(Tree& tree, CLI::App& noun) {
    const auto typed = std::make_shared<NetworkSuccessorCommand>();
    auto& app = *tree.add_leaf(
                         noun,
                         "successor",
                         "Name who may erase this school's records once it is gone",
                         {"network successor Rivers Oakdene --dry-run",
                          "network successor Rivers Oakdene",
                          "network successor Rivers --nobody"},
                         [typed] { return make_successor(*typed); }
    ).app;
    add_network(app, typed->network);
    app.add_option("SCHOOL", typed->school, "Name, id, or the first 8 characters of its id")
        ->type_name("");
    app.add_flag("--nobody", typed->is_nobody, "Take back what was said before");
    offer_care(tree, app);
}

MadeCommand make_charter(const NetworkCharterCommand& typed) {
    if (typed.word == "revise" && typed.what.empty())
        return usage("Which text? The FILE with the charter is missing.", "network charter");
    if (typed.word == "show" && !typed.what.empty())
        return usage("`network charter show` takes a network alone.", "network charter");
    return CommandOptions(typed);
}

void add_charter(Tree& tree, CLI::App& noun) {
    const auto typed = std::make_shared<NetworkCharterCommand>();
    auto& app = *tree.add_leaf(
                         noun,
                         "charter",
                         "Show the charter and who has signed it, put another one to all, sign one",
                         {"network charter show Rivers",
                          "network charter revise Rivers charter.md --dry-run",
                          "network charter sign Rivers",
                          "network charter sign Rivers 4ohq6zxk --yes"},
                         [typed] { return make_charter(*typed); }
    ).app;
    auto* word = app.add_option("WORD", typed->word, "What to do");
    word->required()->type_name("");
    tree.offer_only(*word, {"show", "revise", "sign"});
    add_network(app, typed->network);
    app.add_option("WHAT", typed->what, "The FILE of a revision, or the ID of the one to sign")
        ->type_name("");
    offer_care(tree, app);
}

/// Who belongs to a network and how.
void add_membership(Tree& tree, CLI::App& noun) {
    auto members = tree.add<NetworkMembersCommand>(
        noun,
        "members",
        "Every school that is or was in a network, and how it stands",
        {"network members Rivers", "--json network members Rivers"}
    );
    add_network(members.app, members.command.network);
    add_role(tree, noun);
    add_standing(tree, noun, "suspend", "Let a school take no part for a time", true);
    add_standing(tree, noun, "resume", "Let a suspended school take part again", false);
    add_standing(tree, noun, "remove", "Take a school out, with the signatures of others", true);
    add_leave(tree, noun);
    add_successor(tree, noun);

    auto proposals = tree.add<NetworkProposalsCommand>(
        noun,
        "proposals",
        "What waits for the signatures of more schools",
        {"network proposals Rivers", "--json network proposals Rivers"}
    );
    add_network(proposals.app, proposals.command.network);
    add_charter(tree, noun);
    auto forks = tree.add<NetworkForksCommand>(
        noun,
        "forks",
        "Logs of which two histories were proven, and what to do",
        {"network forks Rivers", "--json network forks Rivers"}
    );
    add_network(forks.app, forks.command.network);
    auto confirm = tree.add<NetworkConfirmCommand>(
        noun,
        "confirm",
        "Sign a proposal of another school",
        {"network confirm Rivers 4ohq6zxk --dry-run", "network confirm Rivers 4ohq6zxk"}
    );
    add_network(confirm.app, confirm.command.network);
    confirm.app.add_option("PROPOSAL", confirm.command.proposal, "Id from `network proposals`")
        ->required()
        ->type_name("");
    offer_care(tree, confirm.app);
    auto settle = tree.add<NetworkSettleCommand>(
        noun,
        "settle",
        "Decide which school a code admitted that two have used",
        {"network settle Rivers 4ohq6zxk --dry-run", "network settle Rivers 4ohq6zxk"}
    );
    add_network(settle.app, settle.command.network);
    settle.app
        .add_option(
            "ADMIT",
            settle.command.admission,
            "Id of an admission in doubt, from "
            "`network members`"
        )
        ->required()
        ->type_name("");
    offer_care(tree, settle.app);
}

} // namespace

void add_network_commands(Tree& tree) {
    auto& noun = tree.noun("network", "Networks of schools");
    auto create = tree.add<NetworkCreateCommand>(
        noun,
        "create",
        "Found a network",
        {"network create Rivers --focus literacy-and-oracy",
         "network create Rivers --focus \"Talk for learning\" --charter charter.md --dry-run"}
    );
    create.app.add_option("NAME", create.command.name)->required()->type_name("");
    auto* focus = create.app.add_option("--focus", create.command.focus, "What it is for");
    focus->required()->type_name("FOCUS");
    tree.offer(*focus, records::VocabularyId::focus);
    create.app.add_option("--charter", create.command.charter, "A text file with the charter")
        ->type_name("FILE");
    tree.offer_dry_run(create.app);

    tree.add<NetworkListCommand>(
        noun, "list", "The networks of this school", {"network list", "--json network list"}
    );

    auto show = tree.add<NetworkShowCommand>(
        noun, "show", "One network: schools, records, digest", {"network show Rivers"}
    );
    show.app.add_option("NET", show.command.network, "Name or id")->required()->type_name("");

    auto invite = tree.add<NetworkInviteCommand>(
        noun,
        "invite",
        "Make a one-use code for another school",
        {"network invite Rivers", "network invite Rivers --hours 24"}
    );
    invite.app.add_option("NET", invite.command.network, "Name or id")->required()->type_name("");
    add_optional_number(invite.app, "--hours", invite.command.hours, "When the code ends (168)");
    tree.offer_dry_run(invite.app);

    tree.offer_yes(create.app);
    add_join(tree, noun);
    add_membership(tree, noun);
}

void add_invitation_commands(Tree& tree) {
    auto& noun = tree.noun("invitation", "The codes that were made");
    tree.add<InvitationListCommand>(
        noun,
        "list",
        "Every code that was made, and whether it is still open",
        {"invitation list", "--json invitation list"}
    );
    auto end = tree.add<InvitationEndCommand>(
        noun,
        "end",
        "End an open code, so that it admits nobody",
        {"invitation end 4ohq6zxk", "invitation end 4ohq6zxk --dry-run"}
    );
    end.app
        .add_option("ID", end.command.id, "Id from `invitation list`, or its first 8 characters")
        ->required()
        ->type_name("");
    tree.offer_dry_run(end.app);
}

void add_neighbour_commands(Tree& tree) {
    auto& noun = tree.noun("neighbour", "The nodes that this node talks to");
    auto add = tree.add<NeighbourAddCommand>(
        noun,
        "add",
        "Dial an address from now on",
        {"neighbour add rivers.example:7420 --network Rivers"}
    );
    add.app.add_option("ADDRESS", add.command.address, "HOST:PORT")->required()->type_name("");
    add.app.add_option("--network", add.command.network, "The network in common")
        ->required()
        ->type_name("NET");
    tree.offer_dry_run(add.app);

    auto remove = tree.add<NeighbourRemoveCommand>(
        noun,
        "remove",
        "Dial an added address no longer",
        {"neighbour remove rivers.example:7420", "neighbour remove rivers.example:7420 --dry-run"}
    );
    remove.app
        .add_option("ADDRESS", remove.command.address, "HOST:PORT as `neighbour list` has it")
        ->required()
        ->type_name("");
    tree.offer_dry_run(remove.app);

    tree.add<NeighbourListCommand>(
        noun, "list", "Who is connected, and who is not and why", {"neighbour list"}
    );

    auto sync = tree.add<SyncCommand>(
        tree.app(),
        "sync",
        "Compare with every neighbour now",
        {"sync", "sync --wait --timeout 300"}
    );
    sync.app.add_flag("--wait", sync.command.wait, "Until all have said that nothing is new");
    sync.app.add_option("--timeout", sync.command.timeout_s, "Seconds to wait (60)")
        ->check(CLI::Range(1U, 86400U))
        ->type_name("SECONDS");
}

} // namespace staffroom::cli
