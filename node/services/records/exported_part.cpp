#include "node/services/records/exported_part.hpp"

#include "node/services/front_matter/written_fields.hpp"
#include "node/services/markdown/sections.hpp"
#include "node/services/records/exported_texts.hpp"
#include "node/services/records/record_fields.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

constexpr std::array<std::string_view, 14> exported_envelope_names{
    "kind",
    "title",
    "summary",
    "language",
    "licence",
    "attribution",
    "origin",
    "authors",
    "created",
    "modified",
    "about",
    "attachments",
    "imported",
    "front-matter"};

/// Returns where the last line that is exactly the marker begins and ends. The author's own part
/// may hold such a line, while the added one, whose values are all quoted on one line, cannot; so
/// the last one counts.
std::optional<std::pair<std::size_t, std::size_t>> find_marker(std::string_view text) {
    for (std::size_t at = text.rfind(export_marker); at != std::string_view::npos;
         at = at == 0 ? std::string_view::npos : text.rfind(export_marker, at - 1)) {
        const std::size_t end = at + export_marker.size();
        const bool begins_line = at == 0 || text[at - 1] == '\n';
        const std::size_t line_end = text.find('\n', end);
        const std::string_view rest =
            text.substr(end, line_end == std::string_view::npos ? line_end : line_end - end);
        if (begins_line && (rest.empty() || rest == "\r"))
            return std::pair(at, line_end == std::string_view::npos ? text.size() : line_end + 1);
    }
    return std::nullopt;
}

const FrontMatterField* find(const std::vector<FrontMatterField>& fields, std::string_view key) {
    const auto found = std::ranges::find(fields, key, &FrontMatterField::key);
    return found == fields.end() ? nullptr : &*found;
}

Result<records::RecordKind> kind_in(const FieldReader& fields, const std::string& asked) {
    const std::string name = asked.empty() ? fields.front_matter("kind") : asked;
    if (name.empty())
        return records::RecordKind::practice_write_up;
    auto kind = records::kind_from_name(name);
    if (!kind)
        return fail(Errc::unknown_value, "The kind " + kind.error().detail + ".");
    if (!records::is_written_here(*kind))
        return fail(
            Errc::not_allowed, "Records of kind " + name + " cannot be written by this version."
        );
    return *kind;
}

/// Returns the reach. A draft stays one unless the command says otherwise; no other reach is in the
/// file, since it depends on where the record goes.
Result<records::Reach> reach_in(const FieldReader& fields, const RecordRequest& request) {
    if (!request.reach.empty()) {
        auto reach = records::reach_from_name(request.reach);
        if (!reach)
            return fail(Errc::unknown_value, "The reach " + reach.error().detail + ".");
        return *reach;
    }
    if (!request.links.empty())
        return records::Reach::linked;
    if (!request.network.empty())
        return records::Reach::network;
    return fields.front_matter("reach") == "draft" ? records::Reach::draft : records::Reach::school;
}

Result<void>
restore_attachments(ReadRecord& read, const FieldReader& fields, const RecordRequest& request) {
    for (const std::string& text : fields.front_matter_values("attachments")) {
        auto attachment = parse_attachment(text);
        if (!attachment)
            return fail(attachment.error());
        read.body.attachments.push_back(std::move(*attachment));
    }
    // A file that was only named, and is here now.
    for (const RequestedAttachment& given : request.attachments) {
        const auto place =
            std::ranges::find(read.body.attachments, given.name, &records::Attachment::name);
        if (place == read.body.attachments.end() || !place->content_hash.empty())
            continue;
        auto hash = from_base32(given.content_hash);
        if (!hash || hash->size() != Digest::size_bytes)
            continue;
        place->content_hash = std::move(*hash);
        place->size = given.size;
    }
    return {};
}

/// Reads "relation ID"; the id is kept as it stands, also where no such record is here.
Result<void>
restore_about(ReadRecord& read, const FieldReader& fields, const RecordRequest& request) {
    read.about = request.about;
    if (read.about.empty())
        for (const std::string& text : fields.front_matter_values("about")) {
            const std::size_t space = text.find(' ');
            const std::string id = space == std::string::npos ? "" : text.substr(space + 1);
            if (id_from_base32<RevisionId>(id) &&
                records::relation_from_name(text.substr(0, space)))
                read.about.push_back({id, text.substr(0, space), true});
            else
                read.notes.push_back("\"" + text + "\" names no record and is left out.");
        }
    for (const RequestedRelation& about : read.about) {
        auto relation = records::relation_from_name(about.relation);
        if (!relation)
            return fail(Errc::unknown_value, "The relation " + relation.error().detail + ".");
        read.facts.relations.push_back(*relation);
    }
    return {};
}

void restore_envelope(
    ReadRecord& read, const FieldReader& fields, const RecordRequest& request, WallTime now
) {
    const auto said = [&](std::string_view key) {
        const std::string option = fields.option(key);
        return option.empty() ? fields.front_matter(key) : option;
    };
    records::RecordBody& body = read.body;
    body.title = said("title");
    body.summary = said("summary");
    body.language = said("language");
    body.licence = said("licence");
    body.attribution = said("attribution");
    body.origin = fields.front_matter("origin");
    if (!request.authors.empty())
        for (const std::string& name : request.authors)
            body.authors.push_back({{}, name, ""});
    else
        for (const std::string& text : fields.front_matter_values("authors"))
            body.authors.push_back(parse_author(text));
    const auto time = [&](std::string_view key) {
        const std::string text = fields.front_matter(key);
        const auto stated = parse_time(text);
        if (!stated)
            read.notes.push_back(
                "\"" + text + "\" is no time for " + std::string(key) + "; now stands instead."
            );
        return stated.value_or(now);
    };
    body.created = time("created");
    body.modified = time("modified");
}

} // namespace

bool is_exported_name(records::RecordKind kind, std::string_view key) {
    if (std::ranges::find(exported_envelope_names, key) != exported_envelope_names.end())
        return true;
    const records::FieldFacts* facts = records::find_field(kind, key);
    return facts != nullptr && facts->name == key;
}

Result<std::optional<ExportedPart>> read_exported_part(std::string_view front_matter) {
    const auto marker = find_marker(front_matter);
    if (!marker)
        return std::nullopt;
    const std::string_view above = front_matter.substr(0, marker->first);
    FrontMatterBounds bounds = added_bounds;
    bounds.lines_before += static_cast<std::size_t>(std::ranges::count(above, '\n')) + 1;
    auto added = parse_front_matter(front_matter.substr(marker->second), bounds);
    if (!added)
        return fail(added.error());
    if (find(*added, "retracted") != nullptr)
        return fail(
            Errc::not_allowed, "The file is the notice of a record whose text was taken back."
        );
    ExportedPart part{std::string(above), std::move(*added)};
    if (const FrontMatterField* quoted = find(part.fields, "front-matter")) {
        part.original = quoted->values.empty() ? "" : quoted->values.front();
        return part;
    }
    auto original = parse_front_matter(above);
    if (!original) // somebody has written in it since
        original = read_written_fields({{}, above, {}, {}, FrontMatterSyntax::yaml}).fields;
    const FrontMatterField* stated = find(part.fields, "kind");
    stated = stated == nullptr ? find(*original, "kind") : stated;
    const auto kind = kind_in(
        FieldReader({}, {}),
        stated == nullptr || stated->values.empty() ? "" : stated->values.front()
    );
    if (!kind)
        return fail(kind.error());
    for (FrontMatterField& field : *original)
        if (is_exported_name(*kind, field.key) && find(part.fields, field.key) == nullptr)
            part.fields.push_back(std::move(field));
    return part;
}

Result<ReadRecord> restore_record(
    const ExportedPart& part, std::string_view text, const RecordRequest& request, WallTime now
) {
    const FieldReader fields(part.fields, request.set);
    const auto kind = kind_in(fields, request.kind);
    if (!kind)
        return fail(kind.error());
    const auto reach = reach_in(fields, request);
    if (!reach)
        return fail(reach.error());
    ReadRecord read{{}, {*kind, *reach, fields.front_matter("imported") == "yes", {}}, {}};
    read.is_exported = true;
    read.body.text = text;
    read.body.front_matter = part.original;
    if (auto shape = read_shape(text, *kind))
        read.body.sections = std::move(shape->sections);
    else
        read.notes.push_back(shape.error().detail);
    restore_envelope(read, fields, request, now);
    if (auto ok = restore_about(read, fields, request); !ok)
        return fail(ok.error());
    if (auto ok = fields.fill(read, FileNature::stated, std::nullopt); !ok)
        return fail(ok.error());
    if (auto ok = restore_attachments(read, fields, request); !ok)
        return fail(ok.error());
    return read;
}

} // namespace staffroom::services
