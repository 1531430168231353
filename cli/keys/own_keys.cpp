#include "cli/keys/own_keys.hpp"

#include "cli/output/answer.hpp"
#include "cli/settings/folder_owner.hpp"
#include "node/runtime/system_random.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::string_view identity_path = "/api/v1/identity";
constexpr std::chrono::seconds begin_time_max{60}; // of a life with a store that is well
constexpr std::chrono::milliseconds look_again_after{100};
constexpr std::chrono::seconds sync_step{20};

Failure unreadable_keys() {
    return {
        "What the node tells of its keys cannot be read.",
        "see that staffroom and staffroomd are of the same version.",
        ExitCode::failed};
}

Failure why_no_event(const Error& error) {
    if (error.code == Errc::too_large)
        return {
            "The school's chain of keys has no room for this change: it holds what may be held, or "
            "an ended key had written more logs than fit.",
            "report this with the output of `staffroom --json key status`.",
            ExitCode::refused,
            "key.chain-full"};
    return failure_from_error(error, "write the change into the chain of keys");
}

std::optional<identity::LogPin> pin_of(const boost::json::value& log) {
    const auto id = id_from_base32<LogId>(text_at(log, "log"));
    const auto root = id_from_base32<TreeHash>(text_at(log, "root"));
    if (!id || !root)
        return std::nullopt;
    return identity::LogPin{*id, LogSize{count_at(log, "size")}, *root};
}

/// Writes into the folder and begins the node's next life. The keys are known by their folder, so
/// nothing secret passes through the node's API.
Outcome<OwnKeys> take_up(Client& client, ByteView chain, const storage::FolderKeys* keys) {
    crypto::SodiumVerifier verifier;
    const auto wanted = identity::IdentityChain::parse(chain, verifier);
    if (!wanted)
        return why_no_event(wanted.error());
    if (auto put = storage::replace_identity(client.folder(), chain, keys); !put)
        return failure_from_error(put.error(), "write the keys");
    const boost::json::object body{{"tip", to_base32(wanted->tip())}};
    if (const auto asked = client.post(identity_path, boost::json::serialize(body)); !asked)
        return asked.failure();
    const auto until = std::chrono::steady_clock::now() + begin_time_max;
    while (std::chrono::steady_clock::now() < until) {
        if (!client.pause(look_again_after))
            return interrupted();
        auto now = ask_for_keys(client);
        const bool is_new_key =
            keys == nullptr || (now && now->key == crypto::public_key_of(keys->signing_seed));
        if (now && is_new_key && now->chain.tip() == wanted->tip())
            return std::move(*now);
    }
    return Failure{
        "The keys are written, but the node has not gone on with them.",
        "start the node again, then run the command again.",
        ExitCode::failed};
}

} // namespace

Outcome<OwnKeys> ask_for_keys(Client& client) {
    const auto answer = client.get(identity_path);
    if (!answer)
        return answer.failure();
    const auto wire = from_base32(text_at(*answer, "chain"));
    const auto key = id_from_base32<SigningPublicKey>(text_at(*answer, "key"));
    if (!wire || !key)
        return unreadable_keys();
    crypto::SodiumVerifier verifier;
    auto chain = identity::IdentityChain::parse(*wire, verifier);
    if (!chain)
        return unreadable_keys();
    OwnKeys keys{
        text_at(*answer, "name"), std::move(*chain), *key, flag_at(*answer, "is_key_ended"), {}};
    for (const auto& log : list_at(*answer, "logs")) {
        const auto pin = pin_of(log);
        const auto writer = id_from_base32<SigningPublicKey>(text_at(log, "key"));
        if (!pin || !writer)
            return unreadable_keys();
        keys.logs[*writer].push_back(*pin);
    }
    return keys;
}

Outcome<crypto::SigningKey>
key_in_force(const identity::IdentityChain& chain, const RootKeys& keys) {
    for (const crypto::SigningKey* key : {&keys.first, &keys.next})
        if (std::ranges::find(chain.root_keys(), key->public_key()) != chain.root_keys().end())
            return key->copy();
    return Failure{
        "This phrase is not the one of this school: it is another school's, or it was replaced.",
        "look for the phrase that `init` or `key replace-phrase` wrote last, then run the command "
        "again.",
        ExitCode::refused,
        "phrase.other-school"};
}

Outcome<OwnKeys> renew_key(Client& client, const OwnKeys& before, const crypto::SigningKey& root) {
    const auto folder = storage::open_node_folder(client.folder());
    if (!folder)
        return failure_of_folder(folder.error(), client.folder(), "read the keys");
    runtime::SystemRandom random;
    storage::FolderKeys keys = storage::make_folder_keys(random);
    keys.local = folder->keys.local.copy();
    crypto::SodiumVerifier verifier;
    const auto chain = identity::certify(
        before.chain.wire(), root, storage::certificate_of(keys, random), verifier
    );
    if (!chain)
        return why_no_event(chain.error());
    return take_up(client, *chain, &keys);
}

Outcome<std::size_t>
end_other_keys(Client& client, const OwnKeys& before, const crypto::SigningKey& root) {
    crypto::SodiumVerifier verifier;
    Bytes chain = before.chain.wire();
    std::size_t ended = 0;
    for (const identity::CertifiedNode& node : before.chain.nodes()) {
        if (node.revoked || node.certificate.signing_key == before.key)
            continue;
        const auto logs = before.logs.find(node.certificate.signing_key);
        auto longer = identity::revoke(
            chain,
            root,
            node.certificate.id,
            logs == before.logs.end() ? std::vector<identity::LogPin>() : logs->second,
            verifier
        );
        if (!longer)
            return why_no_event(longer.error());
        chain = std::move(*longer);
        ++ended;
    }
    if (ended == 0)
        return ended;
    if (const auto taken = put_chain(client, chain); !taken)
        return taken.failure();
    return ended;
}

Outcome<Bytes>
replaced_phrase(const identity::IdentityChain& chain, const RootKeys& old, const RootKeys& fresh) {
    crypto::SodiumVerifier verifier;
    auto changed =
        identity::change_root(chain.wire(), old.next, fresh.first.public_key(), verifier);
    if (changed)
        changed = identity::change_root(*changed, fresh.first, fresh.next.public_key(), verifier);
    if (!changed && changed.error().code == Errc::not_allowed)
        return Failure{
            "The chain of keys does not name the next key of this phrase, so it cannot replace "
            "itself.",
            "look for the phrase that `init` or `key replace-phrase` wrote last, then run the "
            "command again.",
            ExitCode::refused,
            "phrase.other-school"};
    if (!changed)
        return why_no_event(changed.error());
    return std::move(*changed);
}

Outcome<OwnKeys> put_chain(Client& client, ByteView chain) {
    return take_up(client, chain, nullptr);
}

Outcome<std::vector<std::string>> sync_all(Client& client, std::chrono::seconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string lagging;
    do {
        const boost::json::object body{{"wait", true}, {"timeout_s", sync_step.count()}};
        const auto answer =
            client.post("/api/v1/sync", boost::json::serialize(body), 2 * sync_step);
        if (!answer)
            return answer.failure();
        lagging = names_of(list_at(*answer, "lagging"));
        if (lagging.empty() && count_at(*answer, "reached") > 0) {
            std::vector<std::string> unreached;
            for (const auto& one : list_at(*answer, "unreached"))
                unreached.emplace_back(one.is_string() ? one.get_string().c_str() : "");
            return unreached;
        }
    } while (std::chrono::steady_clock::now() < until);
    if (lagging.empty())
        return Failure{
            "No neighbour can be reached.",
            "check this machine's connection to the internet, then run the command again.",
            ExitCode::unreachable,
            "neighbour.unreachable"};
    return Failure{
        "Not everything has come from " + lagging + " yet.",
        "run the command again; it goes on where it was.",
        ExitCode::failed,
        "sync.behind"};
}

} // namespace staffroom::cli
