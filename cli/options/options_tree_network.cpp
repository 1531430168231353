// network and neighbour: the schools with which this school shares.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

/// Makes the command. One word alone is the address, and the code is asked for: every user of the
/// machine can read a command line.
MadeCommand make_join(const NetworkJoinCommand& typed) {
    if (!typed.address.empty())
        return CommandOptions(typed);
    if (typed.code.find(':') == std::string::npos)
        return usage(
            "Where to? The ADDRESS of the school that invites is missing, HOST:PORT.",
            "network join"
        );
    return CommandOptions(NetworkJoinCommand{"", typed.code});
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
    app.add_option("CODE", typed->code, "Asked for where it is left out; - reads it from stdin")
        ->type_name("");
    app.add_option("ADDRESS", typed->address, "HOST:PORT of the school that invites")
        ->type_name("");
    tree.offer_dry_run(app);
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
