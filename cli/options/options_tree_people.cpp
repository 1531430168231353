// setup, users and tokens: who may sign in to this school's node.
#include "cli/options/options_tree.hpp"

namespace staffroom::cli {

namespace {

const std::vector<std::string>& role_words() {
    static const std::vector<std::string> words{"teacher", "lead", "technician"};
    return words;
}

void add_until(CLI::App& app, std::string& place, const std::string& what) {
    app.add_option("--until", place, what)->type_name("DATE");
}

void add_person(CLI::App& app, std::string& place) {
    app.add_option("NAME", place, "Name or id")->required()->type_name("");
}

void add_token_commands(Tree& tree) {
    auto& noun = tree.noun("tokens", "What programs sign in with");
    auto add = tree.add<TokensAddCommand>(
        noun,
        "add",
        "Make a token; it is shown once",
        {"tokens add timetable --scope read",
         "tokens add importer --scope write --until 2027-07-31",
         "tokens add \"reader at home\" --scope feed"}
    );
    add.app.add_option("NAME", add.command.name, "What it is for")->required()->type_name("");
    auto* scope = add.app.add_option("--scope", add.command.scope, "What it may do");
    scope->required()->type_name("SCOPE");
    tree.offer_only(*scope, {"read", "write", "feed"});
    add_until(add.app, add.command.until, "Its last day");

    tree.add<TokensListCommand>(
        noun, "list", "Every token of this school", {"tokens list", "--json tokens list"}
    );
    auto end = tree.add<TokensEndCommand>(
        noun, "end", "End a token", {"tokens end timetable", "tokens end mfrggzdfmztwq2lk"}
    );
    end.app.add_option("TOKEN", end.command.id, "Name, or id from `tokens list`")
        ->required()
        ->type_name("");
}

void add_leaving_commands(Tree& tree, CLI::App& noun) {
    auto leave = tree.add<UsersLeaveCommand>(
        noun,
        "leave",
        "Close an account and hand its records over",
        {"users leave \"Ann Bell\" --to \"Lee Marsh\""}
    );
    add_person(leave.app, leave.command.name);
    leave.app.add_option("--to", leave.command.to, "Who looks after the records from now on")
        ->required()
        ->type_name("NAME");

    auto sessions = tree.add<UsersSessionsCommand>(
        noun,
        "sessions",
        "Where a person is signed in",
        {"users sessions \"Ann Bell\"", "users sessions \"Ann Bell\" --end"}
    );
    add_person(sessions.app, sessions.command.name);
    sessions.app.add_flag("--end", sessions.command.end, "Sign the person out everywhere");

    auto texts = tree.add<UsersTextsCommand>(
        noun,
        "texts",
        "What somebody who has left has not finished",
        {"users texts \"Ann Bell\"", "users texts \"Ann Bell\" --delete"}
    );
    add_person(texts.app, texts.command.name);
    texts.app.add_flag("--delete", texts.command.remove, "Delete them: the person wants it so");
}

void add_user_commands(Tree& tree) {
    auto& noun = tree.noun("users", "The people of this school");
    auto add = tree.add<UsersAddCommand>(
        noun,
        "add",
        "Make an account and a link that opens it once",
        {"users add \"Ann Bell\" --role teacher",
         "users add \"Lee Marsh\" --role teacher --until 2027-07-31"}
    );
    add.app.add_option("NAME", add.command.name, "As it stands on records")
        ->required()
        ->type_name("");
    auto* role = add.app.add_option("--role", add.command.role, "What the person is");
    role->required()->type_name("ROLE");
    tree.offer_only(*role, role_words());
    add_until(add.app, add.command.until, "Last day of the role");

    tree.add<UsersListCommand>(
        noun, "list", "Who is here, and as what", {"users list", "--json users list"}
    );

    auto import = tree.add<UsersImportCommand>(
        noun,
        "import",
        "Make accounts for a list of staff (CSV with name and role)",
        {"users import staff.csv --dry-run", "users import staff.csv"}
    );
    import.app.add_option("FILE", import.command.file, "The list")->required()->type_name("");
    tree.offer_dry_run(import.app);
    tree.offer_yes(import.app);

    auto change = tree.add<UsersRoleCommand>(
        noun,
        "role",
        "Give a person another role",
        {"users role \"Ann Bell\" lead", "users role \"Ann Bell\" lead --until 2027-04-02"}
    );
    add_person(change.app, change.command.name);
    auto* word = change.app.add_option("ROLE", change.command.role, "What the person is");
    word->required()->type_name("");
    tree.offer_only(*word, role_words());
    add_until(change.app, change.command.until, "Its last day; then the former role goes on");

    auto reset = tree.add<UsersResetCommand>(
        noun,
        "reset",
        "Make a link for somebody who has forgotten the password",
        {"users reset \"Ann Bell\""}
    );
    add_person(reset.app, reset.command.name);

    add_leaving_commands(tree, noun);
}

} // namespace

void add_people_commands(Tree& tree) {
    auto& setup = tree.noun("setup", "The first start of a node");
    tree.add<SetupCodeCommand>(
        setup, "code", "The code that opens the page of a new node", {"setup code"}
    );
    add_user_commands(tree);
    add_token_commands(tree);
}

} // namespace staffroom::cli
