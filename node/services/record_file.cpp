#include "node/services/record_file.hpp"

#include "node/services/exported_part.hpp"
#include "node/services/front_matter.hpp"
#include "node/services/record_fields.hpp"
#include "node/services/sections.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/fields.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RecordKind;

constexpr std::size_t summary_characters_max = 500;

Result<void> check_file(const std::string& file) {
    constexpr std::size_t file_bytes_max = limits::text_bytes_max + limits::front_matter_bytes_max +
                                           limits::exported_part_bytes_max + 1024;
    if (file.size() > file_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    if (const auto place = first_unreadable_byte(file)) {
        const std::string what =
            file[*place] == '\0' ? "a NUL character" : "a byte that is not UTF-8";
        return fail(
            Errc::unreadable_text,
            "The file has " + what + " at byte " + std::to_string(*place) + "."
        );
    }
    return {};
}

/// A wrong word, as a sentence of its own.
Error unknown_word(std::string_view what, const Error& error) {
    return {Errc::unknown_value, "The " + std::string(what) + " " + error.detail + "."};
}

Result<RecordKind> wanted_kind(const RecordRequest& request, const FieldReader& fields) {
    const std::string name = !request.kind.empty() ? request.kind : fields.front_matter("kind");
    if (name.empty())
        return RecordKind::practice_write_up;
    auto kind = records::kind_from_name(name);
    if (!kind)
        return fail(unknown_word("kind", kind.error()));
    if (!records::is_written_here(*kind))
        return fail(
            Errc::not_allowed, "Records of kind " + name + " cannot be written by this version."
        );
    return *kind;
}

/// A network implies reach network; without one, school [domain 2.1].
Result<Reach> wanted_reach(const RecordRequest& request, const FieldReader& fields) {
    std::string name = request.reach;
    if (name.empty() && request.network.empty())
        name = fields.front_matter("reach");
    if (name.empty())
        return request.network.empty() ? Reach::school : Reach::network;
    auto reach = records::reach_from_name(name);
    if (!reach)
        return fail(unknown_word("reach", reach.error()));
    return *reach;
}

Result<std::vector<records::RelationKind>> wanted_relations(const RecordRequest& request) {
    std::vector<records::RelationKind> relations;
    for (const RequestedRelation& about : request.about) {
        auto relation = records::relation_from_name(about.relation);
        if (!relation)
            return fail(unknown_word("relation", relation.error()));
        relations.push_back(*relation);
    }
    return relations;
}

std::string file_title(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0)
        name = name.substr(0, dot);
    std::string title(name);
    std::ranges::replace(title, '-', ' ');
    std::ranges::replace(title, '_', ' ');
    return title;
}

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates)
        if (!candidate.empty())
            return candidate;
    return {};
}

/// At most `characters_max` code points, cut at a space where one is near, with a mark of the cut.
std::string shortened(const std::string& text, std::size_t characters_max) {
    if (records::character_count(text) <= characters_max)
        return text;
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && ++count == characters_max)
            break;
    }
    const std::size_t space = text.rfind(' ', end);
    if (space != std::string::npos && space + 60 > end)
        end = space;
    return text.substr(0, end) + "\u2026";
}

void fill_authors(
    records::RecordBody& body,
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults
) {
    std::vector<std::string> names = request.authors;
    if (names.empty() && !request.imported)
        for (const auto* key : {"authors", "author", "creator"})
            if (names.empty())
                names = fields.front_matter_values(key);
    if (names.empty() && !defaults.person.empty())
        names.push_back(defaults.person);
    for (const std::string& name : names)
        body.authors.push_back({{}, name, defaults.school_name});
}

/// Title, summary, language, licence, attribution: an option wins over the manifest, that over the
/// front matter.
void fill_envelope(
    records::RecordBody& body,
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults,
    const TextShape& shape
) {
    const ImportFacts facts = request.imported.value_or(ImportFacts{});
    const auto pick = [&](std::string_view key, const std::string& given, std::string_view other) {
        return first_of(
            {fields.option(key), given, fields.front_matter(key), fields.front_matter(other)}
        );
    };
    body.title =
        first_of({pick("title", facts.title, ""), shape.first_heading, file_title(request.path)});
    // A title line left empty is a title that is missing, not one to be guessed.
    if (fields.says_nothing("title") && pick("title", facts.title, "").empty())
        body.title.clear();
    body.summary = pick("summary", "", "description");
    if (body.summary.empty() && request.imported)
        body.summary = shortened(shape.first_paragraph, summary_characters_max);
    body.language = first_of({pick("language", facts.language, "lang"), defaults.language});
    body.licence = pick("licence", facts.licence, "license");
    body.attribution = pick("attribution", facts.attribution, "");
    if (body.attribution.empty() && request.imported)
        for (const auto* key : {"creator", "author", "source"})
            if (const std::string part = fields.front_matter(key); !part.empty())
                body.attribution += (body.attribution.empty() ? "" : "; ") + part;
    body.origin = request.origin;
    fill_authors(body, request, fields, defaults);
}

void fill_times(
    ReadRecord& read, const RecordRequest& request, const FieldReader& fields, WallTime now
) {
    read.body.modified = now;
    read.body.created = now;
    const std::string stated = first_of(
        {request.imported ? request.imported->created : std::string(),
         fields.front_matter("date"),
         fields.front_matter("created")}
    );
    if (const auto day = day_of(stated))
        read.body.created = *day;
    else if (!stated.empty())
        read.notes.push_back(
            "\"" + stated +
            "\" is not a date of the calendar; the time of publishing stands instead."
        );
}

std::string media_type_of(std::string_view path) {
    struct Known {
        std::string_view ending;
        std::string_view type;
    };
    static constexpr std::array known{
        Known{".png", "image/png"},
        Known{".jpg", "image/jpeg"},
        Known{".jpeg", "image/jpeg"},
        Known{".gif", "image/gif"},
        Known{".webp", "image/webp"},
        Known{".svg", "image/svg+xml"},
        Known{".pdf", "application/pdf"}};
    for (const Known& row : known)
        if (path.ends_with(row.ending))
            return std::string(row.type);
    return "application/octet-stream";
}

Result<void>
fill_attachments(records::RecordBody& body, const RecordRequest& request, const TextShape& shape) {
    for (const FileReference& file : shape.files)
        body.attachments.push_back({{}, file.path, media_type_of(file.path), 0, file.description});
    for (const RequestedAttachment& given : request.attachments) {
        auto place = std::ranges::find(body.attachments, given.name, &records::Attachment::name);
        if (place == body.attachments.end())
            place =
                body.attachments.insert(place, {{}, given.name, media_type_of(given.name), 0, ""});
        if (!given.content_hash.empty()) {
            auto hash = from_base32(given.content_hash);
            if (!hash || hash->size() != 32)
                return fail(
                    Errc::invalid_input, "The hash of " + given.name + " is not a content hash."
                );
            place->content_hash = std::move(*hash);
        }
        place->size = given.size;
        if (!given.media_type.empty())
            place->media_type = given.media_type;
        if (!given.description.empty())
            place->description = given.description;
    }
    return {};
}

/// Sorts what the rules found into refusals and notes; all that is merely absent is one note.
Result<void> judge(ReadRecord& read) {
    std::string refusals;
    std::string absent;
    for (const records::Problem& problem : records::check(read.body, read.facts)) {
        if (records::refuses(problem.code))
            refusals += (refusals.empty() ? "" : " ") + problem.sentence;
        else if (problem.code == records::ProblemCode::required_missing)
            absent += (absent.empty() ? "" : "; ") + problem.field;
        else
            read.notes.push_back(problem.sentence);
    }
    if (!refusals.empty() && !absent.empty())
        refusals += " Not given: " + absent + ".";
    if (!refusals.empty())
        return fail(Errc::not_allowed, std::move(refusals));
    if (!absent.empty())
        read.notes.push_back("Not given: " + absent + ".");
    return {};
}

/// An open licence cannot be taken back, so none is given in the author's name.
void default_licence(ReadRecord& read) {
    if (!read.body.licence.empty() || read.facts.imported || read.facts.reach < Reach::network)
        return;
    read.body.licence = "in-network-only";
    read.notes.push_back("No licence is given; in-network-only stands.");
}

Result<ReadRecord> read_exported(
    const ExportedPart& part, std::string_view text, const RecordRequest& request, WallTime now
) {
    auto read = restore_record(part, text, request, now);
    if (!read)
        return read;
    default_licence(*read);
    if (auto ok = judge(*read); !ok)
        return fail(ok.error());
    return read;
}

} // namespace

Result<ReadRecord> read_record(const RecordRequest& request, const RecordDefaults& defaults) {
    if (auto ok = check_file(request.file); !ok)
        return fail(ok.error());
    const SplitFile split = split_front_matter(request.file);
    if (split.text.size() > limits::text_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    const auto exported = read_exported_part(split.front_matter);
    if (!exported)
        return fail(exported.error());
    if (*exported)
        return read_exported(**exported, split.text, request, defaults.now);
    auto front_matter = parse_front_matter(split.front_matter);
    if (!front_matter)
        return fail(front_matter.error());
    const FieldReader fields(*front_matter, request.set);
    const auto kind = wanted_kind(request, fields);
    if (!kind)
        return fail(kind.error());
    const auto reach = wanted_reach(request, fields);
    if (!reach)
        return fail(reach.error());
    auto relations = wanted_relations(request);
    if (!relations)
        return fail(relations.error());

    ReadRecord read{{}, {*kind, *reach, request.imported.has_value(), std::move(*relations)}, {}};
    read.body.text = split.text;
    read.body.front_matter = split.front_matter;
    TextShape shape;
    if (auto found = read_shape(split.text, *kind))
        shape = std::move(*found);
    else
        read.notes.push_back(found.error().detail);
    read.body.sections = std::move(shape.sections);
    if (read.facts.imported && split.text.find("\r\n") != std::string_view::npos)
        read.notes.push_back("The file has CR LF line ends; they are kept.");
    fill_envelope(read.body, request, fields, defaults, shape);
    fill_times(read, request, fields, defaults.now);
    if (auto ok = fields.fill(read, request.imported); !ok)
        return fail(ok.error());
    if (auto ok = fill_attachments(read.body, request, shape); !ok)
        return fail(ok.error());
    default_licence(read);
    if (auto ok = judge(read); !ok)
        return fail(ok.error());
    read.about = request.about;
    return read;
}

} // namespace staffroom::services
