#include "cli/files/import_tally.hpp"

#include "cli/output/answer.hpp"
#include "node/services/records/record_file.hpp"

namespace staffroom::cli {

namespace {

constexpr std::string_view unlike_code = "record.unlike";
constexpr std::size_t names_shown_max = 12;

/// Prints the passed-over files folder by folder, with the names that have room in a line.
void print_passed_over(const std::vector<PassedOver>& passed_over, Output& output) {
    std::map<std::string, std::vector<std::string>> folders;
    for (const PassedOver& each : passed_over) {
        const std::string_view path(each.path);
        const std::size_t slash = path.rfind('/', path.size() < 2 ? 0 : path.size() - 2);
        const bool is_below = slash != std::string_view::npos;
        folders[std::string(is_below ? path.substr(0, slash + 1) : "")].emplace_back(
            is_below ? path.substr(slash + 1) : path
        );
    }
    if (!folders.empty())
        output.line("Passed over, as no Markdown, hidden, or a tool's:");
    for (const auto& [folder, names] : folders) {
        std::string line = "  " + folder + (folder.empty() ? "" : ": ");
        for (std::size_t i = 0; i < names.size() && i < names_shown_max; ++i)
            line += (i == 0 ? "" : ", ") + names[i];
        if (names.size() > names_shown_max)
            line += " and " + std::to_string(names.size() - names_shown_max) +
                    " more (--json names all)";
        output.line(line);
    }
}

/// Prints one line for a path; a sentence that holds for several files is said once, and names them
/// all.
void print_attention(const boost::json::array& attention, Output& output) {
    std::map<std::string, std::vector<std::string>> paths;
    for (const auto& item : attention)
        paths[text_at(item, "sentence")].push_back(text_at(item, "path"));
    for (const auto& item : attention) {
        const auto sentence = text_at(item, "sentence");
        auto& names = paths[sentence];
        if (names.size() == 1)
            output.line("  " + names.front() + ": " + sentence);
        else if (!names.empty()) {
            std::string line = "  " + counted(names.size(), "file") + ": " + sentence + " ";
            for (std::size_t i = 0; i < names.size(); ++i)
                line += (i == 0 ? "(" : ", ") + names[i];
            output.line(line + ")");
        }
        names.clear();
    }
}

/// Prints the step that mends each refused document; a step that is the same for several is said
/// once.
void print_next_steps(const boost::json::array& attention, Output& output) {
    std::map<std::string, std::string> paths;
    for (const auto& item : attention)
        if (const auto next = text_at(item, "next"); !next.empty())
            paths[next] += (paths[next].empty() ? "" : ", ") + text_at(item, "path");
    if (!paths.empty())
        output.line("What to do about each:");
    for (const auto& [next, names] : paths)
        output.line("  " + names + ": " + next);
}

void print_files(const std::set<std::string>& files, Output& output) {
    std::string line = counted(files.size(), "file") + " of theirs: ";
    std::size_t shown = 0;
    for (const std::string& file : files)
        if (++shown <= names_shown_max)
            line += (shown == 1 ? "" : ", ") + file;
    if (files.size() > names_shown_max)
        line += " and " + std::to_string(files.size() - names_shown_max) + " more";
    output.line(line + ".");
}

} // namespace

void Tally::note(const std::string& path, const std::string& sentence) {
    attention.push_back(boost::json::object{
        {"path", printable(path)}, {"sentence", printable(sentence)}});
}

void Tally::refuse(const std::string& path, const Failure& failure) {
    ++refused;
    if (first_refusal == ExitCode::done)
        first_refusal = failure.exit;
    if (failure.code == unlike_code)
        unlike.insert(path);
    only_lacks = only_lacks && failure.code == "record.incomplete";
    note(path, failure.sentence);
    attention.back().as_object()["next"] = printable(failure.next);
    if (const auto* lines = failure.members.if_contains("pupil_details"))
        attention.back().as_object()["pupil_details"] = *lines;
    if (const auto* notes = failure.members.if_contains("notes"))
        note_all(path, notes->as_array());
}

void Tally::note_all(const std::string& path, const boost::json::array& notes) {
    for (const auto& each : notes)
        if (each.is_string() && !said_.contains({path, std::string(each.get_string())}))
            note(path, std::string(each.get_string()));
}

std::string Tally::common_step() const {
    std::set<std::string> steps;
    for (const auto& each : attention)
        if (const auto next = text_at(each, "next"); !next.empty())
            steps.insert(next);
    return steps.size() == 1 ? *steps.begin() : std::string();
}

void Tally::note_files(const std::string& path, const TextFiles& files) {
    for (const LocalFile& file : files.files)
        gone_along.insert(file.shown);
    for (const LocalFile& file : files.exported)
        gone_along.insert(file.shown);
    for (const Unfound& unfound : files.left_out) {
        note(path, unfound.sentence);
        said_.emplace(path, services::not_attached_sentence(unfound.name));
    }
}

void Tally::count(const std::string& path, const boost::json::value& result) {
    if (!flag_at(result, "ok"))
        return refuse(path, failure_from_problem(0, field_at(result, "problem")));
    const auto outcome = text_at(result, "outcome");
    if (outcome == "skipped")
        ++skipped;
    else if (outcome == "revised")
        ++revised;
    else if (text_at(result, "reach") == "draft")
        ++drafts;
    else
        ++published;
    note_all(path, list_at(result, "notes"));
}

void Tally::forget_unlike() {
    boost::json::array kept;
    for (auto& each : attention)
        if (!unlike.contains(text_at(each, "path")))
            kept.push_back(std::move(each));
    attention = std::move(kept);
    refused -= unlike.size();
    unlike.clear();
}

void Tally::take_passed_over(const std::vector<PassedOver>& found) {
    for (const PassedOver& each : found) {
        if (gone_along.contains(each.path))
            continue;
        if (each.needs_a_look)
            note(each.path, each.sentence);
        else
            passed_over.push_back(each);
    }
}

void report(const Tally& tally, Output& output) {
    if (output.json()) {
        boost::json::array files;
        for (const std::string& file : tally.gone_along)
            files.push_back(boost::json::string(printable(file)));
        boost::json::array passed_over;
        for (const PassedOver& each : tally.passed_over)
            passed_over.push_back(boost::json::object{
                {"path", printable(each.path)}, {"sentence", each.sentence}});
        output.document(boost::json::object{
            {"dry_run", tally.is_dry_run},
            {"published", tally.published},
            {"drafts", tally.drafts},
            {"revised", tally.revised},
            {"skipped", tally.skipped},
            {"refused", tally.refused},
            {"attention", tally.attention},
            {"files", std::move(files)},
            {"passed_over", std::move(passed_over)}});
        return;
    }
    output.line(
        std::string(tally.is_dry_run ? "Nothing has been changed. This would be: " : "") +
        std::to_string(tally.published) + " published, " +
        (tally.drafts == 0 ? ""
                           : std::to_string(tally.drafts) + " kept as " +
                                 (tally.drafts == 1 ? "a draft, " : "drafts, ")) +
        std::to_string(tally.revised) + " revised, " + std::to_string(tally.skipped) +
        " here already, " + std::to_string(tally.refused) + " refused."
    );
    if (!tally.gone_along.empty())
        print_files(tally.gone_along, output);
    print_passed_over(tally.passed_over, output);
    if (tally.attention.empty())
        return;
    output.line("These need attention:");
    print_attention(tally.attention, output);
    if (tally.common_step().empty())
        print_next_steps(tally.attention, output);
}

} // namespace staffroom::cli
