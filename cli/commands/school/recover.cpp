#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/keys/lost_school.hpp"
#include "cli/keys/node_at_work.hpp"
#include "cli/keys/other_networks.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/settings/folder_owner.hpp"
#include "cli/settings/settings_text.hpp"
#include "node/runtime/system_random.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/posix_files.hpp"

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds rejoin_patience{90};
constexpr std::chrono::hours copy_patience{2}; // over a slow line, everything of a school
constexpr std::chrono::seconds look_at_key_every{30};
constexpr int copy_tries = 3; // a new key each, while neighbours go on telling of better chains

/// Stands in a folder while a school is on its way back into it.
fs::path mark_path(const fs::path& folder) {
    return folder / "recovering";
}

bool is_under_way(const fs::path& folder) {
    std::error_code error;
    return fs::exists(mark_path(folder), error);
}

/// A recovery begins in an empty folder, or in one that has nothing but the file `identity` of a
/// backup. What else is there is somebody's.
std::optional<Failure> why_not_there(const fs::path& folder) {
    if (auto failure = check_whole_folder(folder))
        return failure;
    if (is_under_way(folder))
        return std::nullopt;
    if (storage::is_node_folder(folder))
        return Failure{
            folder.string() + " already holds a school.",
            "use this folder as it is, or give `recover` an empty one with --data.",
            ExitCode::failed,
            "recover.folder-used"};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto name = entry.path().filename();
        if (name != "identity" && name != "lost+found")
            return Failure{
                folder.string() + " is not empty: " + name.string() + " is in it.",
                "give `recover` an empty folder with --data.",
                ExitCode::failed,
                "recover.folder-used"};
    }
    return std::nullopt;
}

void say_what_comes_back(Output& output) {
    output.say(
        "What comes back: the school with its id, its networks, and everything of its own that"
    );
    output.say("neighbours hold. What does not: drafts, unfinished texts and accounts, and what no"
    );
    output.say("neighbour had fetched yet. These come only from a backup of the data folder.");
}

/// Asks about an old server that still runs: what it writes from now on would be lost.
std::optional<Failure> why_not_yet(const KnownSchool& school, const Options& options, Output& out) {
    if (school.linked_with.empty())
        return std::nullopt;
    const std::string sentence =
        "A server of this school is linked with " + school.linked_with +
        " at this moment, or was a minute ago. What it writes from now on will not count.";
    const auto consent = ask_first(options, out, sentence + " Go on?");
    if (consent == Consent::given)
        return std::nullopt;
    return Failure{
        sentence,
        "stop the old server, wait two minutes and run the command again; if it was stolen, add "
        "--yes.",
        ExitCode::refused,
        "recover.old-server-runs"};
}

/// Makes the folder: new keys, certified by the root key. From here on the command goes on where it
/// was.
Outcome<ExitCode> settle_folder(
    const RecoverCommand& command,
    const KnownSchool& school,
    const RootKeys& keys,
    const fs::path& folder
) {
    crypto::SodiumVerifier verifier;
    const auto checked = identity::IdentityChain::parse(school.chain, verifier);
    if (!checked)
        return failure_from_error(
            {checked.error().code, "The file `identity` of this folder cannot be used."}, "read it"
        );
    const auto root = key_in_force(*checked, keys);
    if (!root)
        return root.failure();
    InitCommand wanted = command.settings;
    if (wanted.school.empty())
        wanted.school = school.name;
    const auto settings = settings_text(wanted);
    if (!settings)
        return settings.failure();
    runtime::SystemRandom random;
    const storage::FolderKeys node = storage::make_folder_keys(random);
    const auto chain =
        identity::certify(school.chain, *root, storage::certificate_of(node, random), verifier);
    if (!chain)
        return failure_from_error(chain.error(), "certify this machine");
    std::error_code error;
    if (fs::create_directory(folder, error))
        fs::permissions(folder, fs::perms::owner_all, error);
    storage::PosixFileSystem files;
    if (auto marked = storage::replace_file_durably(files, mark_path(folder).string(), {}); !marked)
        return failure_from_error(marked.error(), "begin in the data folder");
    if (auto made = storage::adopt_node_folder(folder, *settings, node, *chain); !made)
        return failure_from_error(made.error(), "make the data folder");
    return ExitCode::done;
}

Outcome<std::size_t> count_networks(Client& client) {
    const auto answer = client.get("/api/v1/networks");
    if (!answer)
        return answer.failure();
    return list_at(*answer, "networks").size();
}

/// Joins with each code as any school does; this one is a member already and is answered as such.
Outcome<ExitCode> rejoin(Client& client, const std::vector<ChainSource>& sources) {
    for (const ChainSource& source : sources) {
        const boost::json::object body{{"code", source.code}, {"address", source.address}};
        const auto answer =
            client.post("/api/v1/networks/join", boost::json::serialize(body), rejoin_patience);
        if (!answer)
            return answer.failure();
    }
    return ExitCode::done;
}

/// Waits until everything is here, or this machine's key has ended: nobody would answer it.
Outcome<std::vector<std::string>> sync_while_heard(Client& client) {
    const auto until = std::chrono::steady_clock::now() + copy_patience;
    while (true) {
        auto synced = sync_all(client, look_at_key_every);
        const bool may_come = !synced && (synced.failure().code == "sync.behind" ||
                                          synced.failure().code == "neighbour.unreachable");
        if (!may_come || std::chrono::steady_clock::now() >= until)
            return synced;
        const auto keys = ask_for_keys(client);
        if (!keys || keys->is_key_ended)
            return synced;
    }
}

/// Joins what is not joined yet and fetches everything. Returns who was not reached.
Outcome<std::vector<std::string>>
copy_everything(Client& client, const std::vector<ChainSource>& sources) {
    const auto networks = count_networks(client);
    if (!networks)
        return networks.failure();
    if (*networks < sources.size())
        if (auto joined = rejoin(client, sources); !joined)
            return joined.failure();
    if (*networks == 0 && sources.empty())
        return std::vector<std::string>();
    return sync_while_heard(client);
}

/// Certifies this machine again, where the chain that counts does not certify it: the neighbour
/// that told the chain was behind. The node may have heard of a better one meanwhile, or a source
/// tells it. Returns whether there is a new key.
Outcome<bool>
certify_again(Client& client, const std::vector<ChainSource>& sources, const RootKeys& roots) {
    auto keys = ask_for_keys(client);
    if (!keys)
        return keys.failure();
    crypto::SodiumVerifier verifier;
    for (const ChainSource& source : sources) {
        const auto found = ask_for_chain(source, roots);
        if (!found)
            continue;
        auto chain = identity::IdentityChain::parse(found->chain, verifier);
        if (chain && chain->school() == keys->chain.school() && chain->is_better_than(keys->chain))
            keys->chain = std::move(*chain);
    }
    const auto* node = keys->chain.find_signing(keys->key);
    if (node != nullptr && !node->revoked)
        return false;
    const auto root = key_in_force(keys->chain, roots);
    if (!root)
        return root.failure();
    const auto renewed = renew_key(client, *keys, *root);
    if (!renewed)
        return renewed.failure();
    return true;
}

/// Fetches everything, with another key where this one turns out to have ended.
Outcome<std::vector<std::string>>
copy_with_key(Client& client, const std::vector<ChainSource>& sources, const RootKeys& roots) {
    if (const auto early = certify_again(client, {}, roots); !early)
        return early.failure();
    for (int tries = 1;; ++tries) {
        auto copied = copy_everything(client, sources);
        if (tries == copy_tries)
            return copied;
        const auto again =
            certify_again(client, copied ? std::vector<ChainSource>() : sources, roots);
        if (!again)
            return again.failure();
        if (!*again)
            return copied;
    }
}

struct Recovered {
    OwnKeys keys;
    std::size_t ended;
    std::vector<std::string> unreached;
};

/// Brings everything, ends the keys that were lost, and lets neighbours know.
Outcome<Recovered> bring_back(
    const RecoverCommand& command,
    const std::vector<ChainSource>& sources,
    const RootKeys& roots,
    const Options& options,
    Output& output
) {
    Client client(options.data);
    auto unreached = copy_with_key(client, sources, roots);
    if (!unreached)
        return unreached.failure();
    auto keys = ask_for_keys(client);
    if (!keys)
        return keys.failure();
    const auto networks = count_networks(client);
    if (!networks)
        return networks.failure();
    if (*networks == 0 || count_other_keys(*keys) == 0)
        return Recovered{std::move(*keys), 0, std::move(*unreached)};
    const auto may_end = is_nowhere_else(client, *keys, command.no_other_network, options, output);
    if (!may_end)
        return may_end.failure();
    if (!*may_end)
        return Recovered{std::move(*keys), 0, std::move(*unreached)};
    keys = ask_for_keys(client); // more may have come while somebody thought about it
    if (!keys)
        return keys.failure();
    const auto root = key_in_force(keys->chain, roots);
    if (!root)
        return root.failure();
    const auto ended = end_other_keys(client, *keys, *root);
    if (!ended)
        return ended.failure();
    auto told = sync_all(client, rejoin_patience);
    if (!told)
        return told.failure();
    auto after = ask_for_keys(client);
    if (!after)
        return after.failure();
    return Recovered{std::move(*after), *ended, std::move(*told)};
}

Outcome<ExitCode> report_recovered(
    const Recovered& recovered,
    const boost::json::value& status,
    const RecoverCommand& command,
    const Options& options,
    Output& output
) {
    const auto school = to_base32(recovered.keys.chain.school());
    const auto records = count_at(field_at(status, "store"), "records");
    const std::size_t kept = count_other_keys(recovered.keys);
    const ExitCode exit = kept > 0 ? ExitCode::attention : ExitCode::done;
    boost::json::array networks;
    for (const auto& network : list_at(status, "networks"))
        networks.push_back(boost::json::object{
            {"id", text_at(network, "id")},
            {"name", text_at(network, "name")},
            {"digest", text_at(network, "digest")}});
    if (output.json()) {
        output.document(boost::json::object{
            {"id", school},
            {"name", recovered.keys.name},
            {"data", options.data.string()},
            {"networks", std::move(networks)},
            {"records", records},
            {"ended_keys", recovered.ended},
            {"kept_keys", kept},
            {"not_told",
             boost::json::array(recovered.unreached.begin(), recovered.unreached.end())}});
        return exit;
    }
    output.line("School    " + recovered.keys.name + "  " + school);
    for (const auto& network : networks)
        output.line("Network   " + text_at(network, "name"));
    output.line("Records   " + std::to_string(records));
    output.line("Ended     " + counted(recovered.ended, "older key"));
    output.say("Next: start the node with `staffroomd --data " + options.data.string() + "`.");
    if (kept > 0)
        output.say(
            "Its old keys still count, whoever has them. Join every other network of this school "
            "with `staffroom network join`, then run `staffroom key rotate --phrase-file " +
            command.phrase_file.string() + "`."
        );
    return exit;
}

} // namespace

Outcome<ExitCode> run(const RecoverCommand& command, const Options& options, Output& output) {
    const fs::path& folder = options.data;
    if (auto failure = why_not_there(folder))
        return *failure;
    if (auto failure = check_folder_owner(folder, "recover --phrase-file FILE"))
        return *failure;
    const auto sources = typed_sources(command, options, output);
    if (!sources)
        return sources.failure();
    const auto keys = read_phrase(command.phrase_file);
    if (!keys)
        return keys.failure();
    say_what_comes_back(output);
    if (!storage::is_node_folder(folder)) {
        const auto school = find_school(*sources, folder, *keys);
        if (!school)
            return school.failure();
        const std::string name = school->name.empty() ? "the school" : school->name;
        if (options.dry_run)
            return report_dry_run(
                output,
                boost::json::object{
                    {"dry_run", true},
                    {"name", school->name},
                    {"networks",
                     boost::json::array(school->networks.begin(), school->networks.end())},
                    {"data", folder.string()}},
                "bring back " + name + " in " + folder.string()
            );
        if (auto failure = why_not_yet(*school, options, output))
            return *failure;
        if (auto settled = settle_folder(command, *school, *keys, folder); !settled)
            return settled;
        output.say("Found " + name + "; now everything of its own comes from the neighbours.");
    }
    if (options.dry_run)
        return report_dry_run(
            output,
            boost::json::object{{"dry_run", true}, {"data", folder.string()}},
            "go on bringing back the school in " + folder.string()
        );
    Client client(folder);
    const auto node = NodeAtWork::find_or_start(client);
    if (!node)
        return node.failure();
    const auto recovered = bring_back(command, *sources, *keys, options, output);
    if (!recovered)
        return recovered.failure();
    const auto status = client.get("/api/v1/status");
    if (!status)
        return status.failure();
    storage::PosixFileSystem files;
    if (auto ended = files.remove(mark_path(folder).string()); !ended)
        return failure_from_error(ended.error(), "finish in the data folder");
    return report_recovered(*recovered, *status, command, options, output);
}

} // namespace staffroom::cli
