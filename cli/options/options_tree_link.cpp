// link: what networks have agreed on with other networks.
#include "cli/options/options_tree.hpp"
#include "protocol/network/operations.hpp"

namespace staffroom::cli {

namespace {

const std::vector<std::string> yes_or_no{"yes", "no"};

struct SideWords {
    std::string whose;
    std::string otherwise{};
};

/// `otherwise`: what goes for who leaves the options out; empty: the node's own terms.
void add_side(
    Tree& tree,
    CLI::App& app,
    LinkTermsOptions& side,
    const std::string& prefix,
    const SideWords& words
) {
    const std::string whose(words.whose);
    const std::string no = words.otherwise.empty() ? "no" : words.otherwise;
    const std::string kinds_left_out =
        words.otherwise.empty() ? "all but comments and calls" : words.otherwise;
    auto* kinds = app.add_option(
        prefix + "kinds", side.kinds, "Kinds that " + whose + " gives (" + kinds_left_out + ")"
    );
    kinds->delimiter(',')->take_all()->type_name("KIND,...");
    tree.offer_only(*kinds, kind_names());
    auto* pass_on = app.add_option(
        prefix + "pass-on", side.pass_on, "May who receives them pass them on? (" + no + ")"
    );
    pass_on->type_name("YES|NO");
    tree.offer_only(*pass_on, yes_or_no);
    app.add_option(
           prefix + "onward",
           side.onward,
           "Pass on to these networks alone, name or id; \"any\": to all (" +
               (words.otherwise.empty() ? "any" : words.otherwise) + ")"
    )
        ->delimiter(',')
        ->take_all()
        ->type_name("NET,...");
    auto* passed_on = app.add_option(
        prefix + "passed-on", side.passed_on, "Also what others have passed on to it? (" + no + ")"
    );
    passed_on->type_name("YES|NO");
    tree.offer_only(*passed_on, yes_or_no);
}

void add_invite(Tree& tree, CLI::App& noun) {
    auto invite = tree.add<LinkInviteCommand>(
        noun,
        "invite",
        "Make a one-use code that offers another network an agreement",
        {"link invite Rivers",
         "link invite Rivers --kinds enquiry-finding,adoption --until 2027-07-31 --dry-run"}
    );
    auto& [app, command] = invite;
    app.add_option("NET", command.network, "Name or id")->required()->type_name("");
    add_side(tree, app, command.ours, "--", {"this network"});
    add_side(tree, app, command.theirs, "--their-", {"the other one"});
    app.add_option("--until", command.until, "Last day of the link (a year from now)")
        ->type_name("DATE");
    app.add_option("--review", command.review, "When to look at it again (half way)")
        ->type_name("DATE");
    add_optional_number(app, "--hours", command.hours, "When the code ends (168)");
    tree.offer_dry_run(app);
}

MadeCommand make_accept(LinkAcceptCommand typed) {
    if (!sort_code_and_address(typed.code, typed.address))
        return usage(
            "Where to? The ADDRESS of the school that made the code is missing, HOST:PORT.",
            "link accept"
        );
    return CommandOptions(typed);
}

void add_accept(Tree& tree, CLI::App& noun) {
    const auto typed = std::make_shared<LinkAcceptCommand>();
    auto& app = *tree.add_leaf(
                         noun,
                         "accept",
                         "Read what a code offers, and agree to it",
                         {"link accept forest.example:7420 --network Rivers --dry-run",
                          "link accept ABCD-EFGH-JKMN-PQRS forest.example:7420 --network Rivers"},
                         [typed] { return make_accept(*typed); }
    ).app;
    add_code_and_address(app, typed->code, typed->address, "the school that made the code");
    app.add_option("--network", typed->network, "The network that is to be linked")
        ->required()
        ->type_name("NET");
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

void add_link_name(CLI::App& app, std::string& place) {
    app.add_option("LINK", place, "Name of the other network, or the first 8 characters of an id")
        ->required()
        ->type_name("");
}

void add_renew(Tree& tree, CLI::App& noun) {
    auto renew = tree.add<LinkRenewCommand>(
        noun,
        "renew",
        "Sign other terms for a link, or those that the other network has signed",
        {"link renew \"Rivers City\"",
         "link renew \"Rivers City\" --until 2028-07-31 --kinds enquiry-finding --dry-run"}
    );
    auto& [app, command] = renew;
    add_link_name(app, command.link);
    add_side(tree, app, command.ours, "--", {"this network", "as now"});
    add_side(tree, app, command.theirs, "--their-", {"the other one", "as now"});
    app.add_option("--until", command.until, "Last day of the link (a year from now)")
        ->type_name("DATE");
    app.add_option("--review", command.review, "When to look at it again (half way)")
        ->type_name("DATE");
    tree.offer_dry_run(app);
    tree.offer_yes(app);
}

} // namespace

void add_link_commands(Tree& tree) {
    auto& noun = tree.noun("link", "Agreements with other networks");
    add_invite(tree, noun);
    add_accept(tree, noun);
    tree.add<LinkListCommand>(
        noun,
        "list",
        "Every link and every code for one, how it stands and what is next",
        {"link list", "--json link list"}
    );
    auto show = tree.add<LinkShowCommand>(
        noun,
        "show",
        "One link: what each side gives, both networks, who signed",
        {"link show \"Rivers City\"", "--json link show 4ohq6zxk"}
    );
    add_link_name(show.app, show.command.link);
    auto preview = tree.add<LinkPreviewCommand>(
        noun,
        "preview",
        "Which records of the last 90 days cross by a link, or could",
        {"link preview \"Rivers City\""}
    );
    add_link_name(preview.app, preview.command.link);
    add_renew(tree, noun);
    auto end = tree.add<LinkEndCommand>(
        noun,
        "end",
        "End a link: what was written before stays, nothing crosses after it",
        {"link end \"Rivers City\" --reason own-wish --dry-run",
         "link end 4ohq6zxk --reason charter-broken"}
    );
    add_link_name(end.app, end.command.link);
    auto* reason = end.app.add_option("--reason", end.command.reason, "Why, in one of these words");
    reason->required()->type_name("CODE");
    const auto reasons = network::reason_names();
    tree.offer_only(*reason, {reasons.begin(), reasons.end()});
    tree.offer_dry_run(end.app);
    tree.offer_yes(end.app);
    auto end_code = tree.add<LinkEndCodeCommand>(
        noun,
        "end-code",
        "End an open code, so that no network can accept it",
        {"link end-code 4ohq6zxk", "link end-code 4ohq6zxk --dry-run"}
    );
    end_code.app
        .add_option("ID", end_code.command.id, "Id from `link list`, or its first 8 characters")
        ->required()
        ->type_name("");
    tree.offer_dry_run(end_code.app);
}

} // namespace staffroom::cli
