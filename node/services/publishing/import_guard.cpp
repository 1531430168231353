#include "node/services/publishing/import_guard.hpp"

#include "node/services/front_matter/front_matter.hpp"
#include "node/services/publishing/origin_row.hpp"
#include "node/services/text/newer_text.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t revisions_compared_max = 12;
constexpr std::size_t line_bytes_max = 160;

std::string words_of_body(const records::RecordBody& body) {
    return body.front_matter + body.text;
}

std::string short_line(const std::string& line) {
    if (line.size() <= line_bytes_max)
        return line;
    std::size_t end = line_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
        --end;
    return line.substr(0, end) + "\u2026";
}

Refusal unlike(const RecordRow& before, const records::RecordBody& body) {
    const std::string id = to_base32(before.document);
    return {
        {Errc::not_allowed,
         "The text shares nothing with the record that it would replace, \"" + body.title + "\" (" +
             id.substr(0, 8) + ")."},
        "record.unlike",
        "read that record with `staffroom show " + id +
            "`; import with --yes to replace it, or publish the file as a record of its own."};
}

Refusal leaves_out(const RecordRow& before, const std::string& what) {
    const std::string id = to_base32(before.document);
    const std::string newest = id + "@" + std::to_string(before.number);
    return {
        {Errc::not_allowed,
         "The file leaves out what was written in the newest text of its record: " + what + "."},
        "record.changed",
        "take it into the file (`staffroom show " + id +
            "`); or replace it with `staffroom revise " + id + " FILE --over " + newest + "`."};
}

/// What the newest text says and the file, made from an older one, does not.
std::optional<std::string> what_is_left_out(
    const Preparation& with,
    const RecordRow& before,
    const records::RecordBody& newest,
    const ReadRecord& read
) {
    const auto history = with.library.history(to_base32(before.document));
    if (!history)
        return std::nullopt;
    const std::string file = words_of_body(read.body);
    std::size_t compared = 0;
    for (auto row = history->rows.rbegin(); row != history->rows.rend(); ++row) {
        if (row->row.revision == before.revision || row->is_retraction)
            continue;
        if (++compared > revisions_compared_max)
            break;
        const auto older = with.library.words(row->row.revision);
        if (!older)
            continue;
        const auto lines = lines_left_out(file, words_of_body(*older), words_of_body(newest));
        if (!lines.empty())
            return "\"" + short_line(lines.front()) + "\"";
        if (read.is_exported && read.body.modified == older->modified &&
            read.body.modified != newest.modified)
            return "it was exported from revision " + std::to_string(row->row.number);
    }
    return std::nullopt;
}

} // namespace

std::optional<Refusal> why_not_replace(const Preparation& with, const Replacement& replacement) {
    const auto& [before, read, is_last_import] = replacement;
    const auto body = with.library.words(before.revision);
    if (!body)
        return std::nullopt; // it is not here, or was erased: there is nothing to compare with
    const bool is_same_title = body->title == read.body.title;
    if (!read.is_exported && !is_same_title && !shares_something(body->text, read.body.text))
        return unlike(before, *body);
    if (is_last_import)
        return std::nullopt;
    if (const auto what = what_is_left_out(with, before, *body, read))
        return leaves_out(before, *what);
    return std::nullopt;
}

bool has_same_bytes(const records::RecordBody& body, const RecordRequest& request) {
    const SplitFile split = split_front_matter(request.file);
    return body.text == split.text && body.front_matter == split.front_matter;
}

bool is_made_from(
    const Preparation& with,
    const records::RecordBody& body,
    const SpaceId& space,
    const std::string& origin,
    const Bytes& value
) {
    const std::string& head = body.front_matter;
    for (const std::string& file :
         {body.text,
          "---\n" + head + "---\n" + body.text,
          "---\r\n" + head + "---\r\n" + body.text,
          "\xef\xbb\xbf" + body.text,
          "\xef\xbb\xbf---\n" + head + "---\n" + body.text})
        if (is_of_file(value, origin_row(with.options.local_secret, space, origin, file)))
            return true;
    return false;
}

std::optional<RevisionId>
find_kept_draft(const Preparation& with, const std::string& origin, const SpaceId& space) {
    const SpaceId home = log::school_space(with.school);
    if (origin.empty() || space == home)
        return std::nullopt;
    const Bytes key = origin_key(with.options.local_secret, home, origin);
    const auto stored = with.store.row(replica::RowKind::origin, key);
    const auto kept = with.library.find_origin(home, with.school, origin);
    if (!stored || !kept || is_hidden(with, kept) || !with.writer.may_change(kept->document))
        return std::nullopt;
    if (kept->reach != static_cast<std::uint32_t>(records::Reach::draft) ||
        kept->life != LifeState::active || kept->heads != 1)
        return std::nullopt;
    const auto body = with.library.words(kept->revision);
    if (!body || !is_made_from(with, *body, home, origin, *stored))
        return std::nullopt;
    return kept->revision;
}

std::optional<RecordRow> same_words_elsewhere(
    const Preparation& with,
    const RecordRequest& request,
    const ReadRecord& read,
    const SpaceId& space
) {
    if (request.place.empty() || read.is_exported)
        return std::nullopt;
    return with.library.find_words(space, with.school, read.body.front_matter, read.body.text);
}

bool is_hidden(const Preparation& with, const std::optional<RecordRow>& row) {
    return row && !with.seen_by_writer.bare_row_of(row->document);
}

Error hidden_origin() {
    return {
        Errc::already_exists,
        "A record of this school has this origin already, and you may not see it."};
}

} // namespace staffroom::services
