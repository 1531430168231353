// `staffroom key`: which keys speak for the school, and the two ways to change them.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/keys/node_at_work.hpp"
#include "cli/keys/other_networks.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/settings/folder_owner.hpp"
#include "node/runtime/system_random.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/phrase.hpp"
#include "storage/files/node_folder.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::chrono::seconds tell_patience{30};

/// A node, found or started, and what it tells of its keys. The command line's own socket comes
/// first, since the node outlives none of it.
struct Work {
    explicit Work(const std::filesystem::path& folder)
        : client(folder) {}
    Client client;
    std::unique_ptr<NodeAtWork> node{};
    std::optional<OwnKeys> keys{};
    std::optional<crypto::SigningKey> root{};
};

/// Finds the node and the root key of the phrase; changes nothing. Failures: those of its steps.
Outcome<std::unique_ptr<Work>> begin_change(
    const std::filesystem::path& folder, const RootKeys& phrase, const std::string& command
) {
    if (auto opened = storage::open_node_folder(folder); !opened)
        return failure_of_folder(opened.error(), folder, "open the data folder");
    if (auto failure = check_folder_owner(folder, command))
        return *failure;
    auto work = std::make_unique<Work>(folder);
    auto node = NodeAtWork::find_or_start(work->client);
    if (!node)
        return node.failure();
    work->node = std::move(*node);
    auto keys = ask_for_keys(work->client);
    if (!keys)
        return keys.failure();
    auto root = key_in_force(keys->chain, phrase);
    if (!root)
        return root.failure();
    work->keys.emplace(std::move(*keys));
    work->root.emplace(std::move(*root));
    return work;
}

/// Lets neighbours hear of the change now. Who cannot be reached hears of it when they meet.
std::vector<std::string> tell_neighbours(Client& client, Output& output) {
    const auto networks = client.get("/api/v1/networks");
    if (!networks || list_at(*networks, "networks").empty())
        return {};
    const auto told = sync_all(client, tell_patience);
    if (!told) {
        output.say("No neighbour could be told yet. They hear of it from this node when they meet, "
                   "or from "
                   "one another.");
        return {};
    }
    return *told;
}

void say_next(const Work& work, const std::vector<std::string>& unreached, Output& output) {
    for (const auto& name : unreached)
        output.say(name + " could not be reached and hears of it later.");
    if (work.node->is_child())
        output.say(
            "Next: start the node with `staffroomd --data " + work.client.folder().string() + "`."
        );
}

std::string_view state_of(const identity::CertifiedNode& node, const OwnKeys& keys) {
    if (node.revoked)
        return "ended";
    return node.certificate.signing_key == keys.key ? "this server" : "another server";
}

boost::json::object as_json(const OwnKeys& keys) {
    boost::json::array roots;
    for (const SigningPublicKey& key : keys.chain.root_keys())
        roots.push_back(boost::json::value(to_base32(key)));
    boost::json::array nodes;
    for (const identity::CertifiedNode& node : keys.chain.nodes()) {
        const auto logs = keys.logs.find(node.certificate.signing_key);
        std::uint64_t entries = 0;
        if (logs != keys.logs.end())
            for (const identity::LogPin& log : logs->second)
                entries += log.size.value;
        nodes.push_back(boost::json::object{
            {"key", to_base32(node.certificate.signing_key)},
            {"state", state_of(node, keys)},
            {"logs", logs == keys.logs.end() ? std::size_t{0} : logs->second.size()},
            {"entries", entries}});
    }
    return {
        {"id", to_base32(keys.chain.school())},
        {"name", keys.name},
        {"is_ended", keys.is_key_ended},
        {"changes", keys.chain.event_count()},
        {"root_keys", std::move(roots)},
        {"servers", std::move(nodes)}};
}

/// Asks about networks that are not here, where keys of other servers would be ended. What this
/// server's own key wrote is here, wherever it wrote it.
std::optional<Failure> why_not_others(
    const KeyRotateCommand& command,
    Client& client,
    const OwnKeys& before,
    const Options& options,
    Output& output
) {
    if (count_other_keys(before) == 0)
        return std::nullopt;
    const auto may_end = is_nowhere_else(client, before, command.no_other_network, options, output);
    if (!may_end)
        return may_end.failure();
    if (*may_end)
        return std::nullopt;
    return Failure{
        "Another key of this school, as of a machine that was lost, would be ended too. What it "
        "wrote in a network that is not here would be void for ever.",
        "join every other network of this school; then, or if there is none, run the command again "
        "with --no-other-network.",
        ExitCode::refused,
        "key.other-network"};
}

} // namespace

Outcome<ExitCode> run(const KeyStatusCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto keys = ask_for_keys(client);
    if (!keys)
        return keys.failure();
    const boost::json::value document = as_json(*keys);
    if (output.json()) {
        output.document(document);
        return ExitCode::done;
    }
    output.line("School    " + keys->name + "  " + text_at(document, "id"));
    Table table({{"KEY", Shape::id}, "STATE", "LOGS", "ENTRIES"});
    for (const auto& node : list_at(document, "servers"))
        table.add(
            {text_at(node, "key"),
             text_at(node, "state"),
             std::to_string(count_at(node, "logs")),
             std::to_string(count_at(node, "entries"))}
        );
    output.table(table);
    if (keys->is_key_ended)
        output.verdict(
            Tone::bad,
            "TROUBLE   ",
            "This school has ended this server's key: nothing written here reaches anybody."
        );
    return ExitCode::done;
}

Outcome<ExitCode> run(const KeyRotateCommand& command, const Options& options, Output& output) {
    const auto phrase = read_phrase(command.phrase_file);
    if (!phrase)
        return phrase.failure();
    const auto work = begin_change(options.data, *phrase, "key rotate --phrase-file FILE");
    if (!work)
        return work.failure();
    const OwnKeys& before = *(*work)->keys;
    const auto counted_nodes =
        std::ranges::count_if(before.chain.nodes(), [](const auto& node) { return !node.revoked; });
    if (options.dry_run)
        return report_dry_run(
            output,
            boost::json::object{{"dry_run", true}, {"ended_keys", counted_nodes}},
            "give this server a new key and end " +
                counted(static_cast<std::uint64_t>(counted_nodes), "older key")
        );
    Client& client = (*work)->client;
    if (auto failure = why_not_others(command, client, before, options, output))
        return *failure;
    const auto renewed = renew_key(client, before, *(*work)->root);
    if (!renewed)
        return renewed.failure();
    const auto ended = end_other_keys(client, *renewed, *(*work)->root);
    if (!ended)
        return ended.failure();
    const auto unreached = tell_neighbours(client, output);
    if (output.json()) {
        output.document(boost::json::object{
            {"key", to_base32(renewed->key)},
            {"ended_keys", *ended},
            {"not_told", boost::json::array(unreached.begin(), unreached.end())}});
        return ExitCode::done;
    }
    output.line("Key       " + to_base32(renewed->key));
    output.line("Ended     " + counted(*ended, "older key"));
    output.say("Copies of this folder from before, a stolen server's too, are shut out from now on."
    );
    say_next(**work, unreached, output);
    return ExitCode::done;
}

Outcome<ExitCode>
run(const KeyReplacePhraseCommand& command, const Options& options, Output& output) {
    const auto phrase = read_phrase(command.phrase_file);
    if (!phrase)
        return phrase.failure();
    const auto work = begin_change(options.data, *phrase, "key replace-phrase --phrase-file FILE");
    if (!work)
        return work.failure();
    const OwnKeys& before = *(*work)->keys;
    if (options.dry_run)
        return report_dry_run(
            output,
            boost::json::object{{"dry_run", true}, {"phrase_file", command.phrase_out.string()}},
            "write a new phrase to " + command.phrase_out.string() + " and end the old one"
        );
    PhraseFile file(command.phrase_out);
    if (!file.is_open())
        return file.why_not();
    runtime::SystemRandom random;
    crypto::Secret32 entropy;
    random.fill(entropy.writable());
    const auto words = identity::phrase_from_entropy(entropy.view());
    ensure(words.has_value());
    const RootKeys fresh = root_keys_of(*words);
    const auto chain = replaced_phrase(before.chain, *phrase, fresh);
    if (!chain)
        return chain.failure();
    // The words are on their disk before they are worth anything.
    if (!file.write(*words))
        return Failure{
            "The new phrase could not be written to " + command.phrase_out.string() +
                "; the old one counts as before.",
            "name a file on another disk with --phrase-out.",
            ExitCode::failed};
    const auto put = put_chain((*work)->client, *chain);
    if (!put)
        return put.failure();
    const auto unreached = tell_neighbours((*work)->client, output);
    if (output.json()) {
        output.document(boost::json::object{
            {"phrase_file", command.phrase_out.string()},
            {"not_told", boost::json::array(unreached.begin(), unreached.end())}});
        return ExitCode::done;
    }
    output.line("Phrase    in " + command.phrase_out.string() + "; keep it away from this machine");
    output.say(
        "The old phrase opens nothing at nodes that hold this change. Still destroy every copy: "
        "whoever has it could write another change in its place, and take the school."
    );
    say_next(**work, unreached, output);
    return ExitCode::done;
}

} // namespace staffroom::cli
