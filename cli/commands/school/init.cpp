#include "cli/commands/commands.hpp"
#include "cli/keys/phrase_file.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/settings/folder_owner.hpp"
#include "cli/settings/settings_text.hpp"
#include "node/base/default_folder.hpp"
#include "node/runtime/system_random.hpp"
#include "node/services/text/name_text.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>

namespace staffroom::cli {

namespace {

WallTime now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    return {static_cast<std::uint64_t>(std::max<decltype(ms)>(ms, 0))};
}

/// Makes the parents of a folder that nobody named; a mistyped name must not grow a tree.
void make_default_parents(const std::filesystem::path& folder) {
    std::error_code ignored; // making the folder itself says what is wrong
    if (folder == node::default_data_folder())
        std::filesystem::create_directories(folder.parent_path(), ignored);
}

void print_phrase(Output& output, const std::vector<std::string>& words) {
    constexpr std::size_t words_per_line = 6;
    output.line("");
    output.line("Recovery phrase:");
    for (std::size_t i = 0; i < words.size(); i += words_per_line) {
        const auto end = std::min(i + words_per_line, words.size());
        const auto at = [&](std::size_t place) {
            return words.begin() + static_cast<std::ptrdiff_t>(place);
        };
        output.line("  " + joined_words({at(i), at(end)}));
    }
    output.line("");
    output.say(
        "Write these 24 words on paper and lock them away. They alone can move the school to a"
    );
    output.say("new server or take back a stolen one; this machine does not keep them.");
}

} // namespace

Outcome<ExitCode> run(const InitCommand& command, const Options& options, Output& output) {
    const auto settings = settings_text(command);
    if (!settings)
        return settings.failure();
    const std::string school_name = services::trimmed_name(command.school);
    if (storage::is_node_folder(options.data))
        return failure_from_error(
            {Errc::already_exists, options.data.string() + " already holds a school."}, "init"
        );
    if (options.dry_run)
        return report_dry_run(
            output,
            boost::json::object{
                {"dry_run", true}, {"name", school_name}, {"data", options.data.string()}},
            "make the school " + school_name + " in " + options.data.string()
        );
    if (auto failure = check_folder_owner(options.data, "init --school \"" + command.school + "\""))
        return *failure;
    PhraseFile phrase_file(command.phrase_out);
    if (phrase_file.is_wanted() && !phrase_file.is_open())
        return phrase_file.why_not();
    make_default_parents(options.data);
    runtime::SystemRandom random;
    const auto made = storage::create_node_folder(options.data, {*settings, now()}, random);
    if (!made)
        return failure_from_error(made.error(), "make the data folder");
    const bool is_in_file = phrase_file.is_wanted() && phrase_file.write(made->phrase);
    const auto school = to_base32(made->school);
    if (output.json()) {
        boost::json::object document{
            {"id", school}, {"name", school_name}, {"data", options.data.string()}};
        if (is_in_file)
            document["phrase_file"] = command.phrase_out.string();
        else
            document["phrase"] = boost::json::array(made->phrase.begin(), made->phrase.end());
        output.document(document);
        return ExitCode::done;
    }
    output.line("School    " + school_name + "  " + school);
    if (is_in_file)
        output.line(
            "Phrase    in " + command.phrase_out.string() + "; keep it away from this machine"
        );
    else
        print_phrase(output, made->phrase);
    output.say(
        "Drafts, files that nobody else holds, and a network that you found alone are on this"
    );
    output.say("disk only: name a folder on another one in [backup] of staffroom.toml, and the node"
    );
    output.say("copies all of it there every day. That copy and the phrase bring the school back.");
    output.say("Next: start the node with `staffroomd --data " + options.data.string() + "`.");
    return ExitCode::done;
}

} // namespace staffroom::cli
