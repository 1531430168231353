#include "cli/keys/lost_school.hpp"

#include "cli/options/confirm.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/chain.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace staffroom::cli {

namespace {

Failure no_code() {
    return {
        "No code was given.",
        "ask a coordinator of the network for one, and give it with --network-code CODE.",
        ExitCode::usage};
}

/// Reads one line; a person is asked for it.
std::string read_code(const std::string& address, const Options& options, Output& output) {
    if (may_ask(options))
        return ask_line(output, "The code that you were given for " + address + ": ").value_or("");
    std::string code;
    std::getline(std::cin, code);
    return code;
}

/// Returns the file `identity` of a backup; nothing where there is none.
std::optional<Bytes> chain_in(const std::filesystem::path& folder) {
    std::ifstream file(folder / "identity", std::ios::binary);
    if (!file)
        return std::nullopt;
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return to_bytes(as_view(bytes));
}

/// The best chain so far, and what the sources have said.
class Search {
public:
    /// Takes a chain that counts before the one that is known. Failures: refused (another school).
    [[nodiscard]] std::optional<Failure> take(ByteView wire) {
        auto chain = identity::IdentityChain::parse(wire, verifier_);
        if (!chain)
            return failure_from_error(
                {chain.error().code, "The file `identity` of this folder cannot be used."},
                "read it"
            );
        if (best_ && best_->school() != chain->school())
            return Failure{
                "This phrase is known as that of two schools.",
                "bring back one at a time: name networks of one school, in an empty folder.",
                ExitCode::refused,
                "recover.two-schools"};
        if (!best_ || chain->is_better_than(*best_))
            best_.emplace(std::move(*chain));
        return std::nullopt;
    }
    [[nodiscard]] const std::optional<identity::IdentityChain>& best() const { return best_; }

private:
    crypto::SodiumVerifier verifier_;
    std::optional<identity::IdentityChain> best_;
};

} // namespace

Outcome<std::vector<ChainSource>>
typed_sources(const RecoverCommand& command, const Options& options, Output& output) {
    if (command.codes.size() > command.from.size())
        return Failure{
            "There are more codes than addresses.",
            "give --from HOST:PORT and --network-code CODE once for each network.",
            ExitCode::usage};
    std::vector<ChainSource> sources;
    for (std::size_t i = 0; i < command.from.size(); ++i) {
        std::string code = i < command.codes.size() ? command.codes[i] : std::string();
        if (code == "-" || (code.empty() && may_ask(options)))
            code = read_code(command.from[i], options, output);
        if (code.empty() || code == "-")
            return no_code();
        sources.push_back({command.from[i], code});
    }
    return sources;
}

Outcome<KnownSchool> find_school(
    const std::vector<ChainSource>& sources,
    const std::filesystem::path& folder,
    const RootKeys& keys
) {
    const auto kept = chain_in(folder);
    if (sources.empty() && !kept)
        return Failure{
            "The phrase alone does not say which school it is: its chain of keys has to come from "
            "a neighbour, or from a backup's file `identity` in " +
                folder.string() + ".",
            "name a school of the network with --from HOST:PORT and a code of it with "
            "--network-code CODE.",
            ExitCode::usage,
            "recover.no-source"};
    Search search;
    KnownSchool school;
    // A damaged file is no loss where a neighbour answers.
    if (kept)
        if (auto failure = search.take(*kept); failure && sources.empty())
            return *failure;
    for (const ChainSource& source : sources) {
        const auto found = ask_for_chain(source, keys);
        if (!found)
            return found.failure();
        if (auto failure = search.take(found->chain))
            return *failure;
        if (school.name.empty())
            school.name = found->school_name;
        school.networks.push_back(found->network_name);
        if (found->is_linked)
            school.linked_with = source.address;
    }
    school.chain = search.best()->wire();
    return school;
}

} // namespace staffroom::cli
