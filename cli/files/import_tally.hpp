// The tally of an import: the outcome of each document, the files that were passed over and those
// that a person should look at. It counts the node's answers and prints the end of the command.
// Called by the import command.
#pragma once

#include "cli/files/attachments.hpp"
#include "cli/files/import_items.hpp"
#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace staffroom::cli {

struct Tally {
    bool is_dry_run = false;
    std::uint64_t published = 0;
    std::uint64_t drafts = 0; // kept in the school, since the file or its folder says so
    std::uint64_t revised = 0;
    std::uint64_t skipped = 0;
    std::uint64_t refused = 0;
    ExitCode first_refusal = ExitCode::done;
    bool only_lacks = true;                // every refused one lacks what can be given
    boost::json::array attention{};        // {path, sentence}, and next of a refused one
    std::set<std::string> unlike{};        // paths that share nothing with what they would replace
    std::set<std::string> gone_along{};    // files that a text took with it
    std::vector<PassedOver> passed_over{}; // passed-over files that need no look

    void note(const std::string& path, const std::string& sentence);
    void refuse(const std::string& path, const Failure& failure);
    /// Notes the files of a document: those left out are named.
    void note_files(const std::string& path, const TextFiles& files);
    /// Counts the node's answer to one document.
    void count(const std::string& path, const boost::json::value& result);
    /// Forgets the documents that share nothing with what they replace, as if they had not been
    /// sent yet.
    void forget_unlike();
    /// Takes the files that are no documents, without those that went along with one.
    void take_passed_over(const std::vector<PassedOver>& found);
    [[nodiscard]] std::uint64_t accepted() const { return published + drafts + revised + skipped; }
    /// Returns the step that mends the refused documents; empty: not the same for all of them.
    [[nodiscard]] std::string common_step() const;

private:
    void note_all(const std::string& path, const boost::json::array& notes);
    std::set<std::pair<std::string, std::string>> said_{}; // path, the node's sentence of a file
};

void report(const Tally& tally, Output& output);

} // namespace staffroom::cli
