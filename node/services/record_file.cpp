#include "node/services/record_file.hpp"

#include "node/services/exported_part.hpp"
#include "node/services/file_types.hpp"
#include "node/services/front_matter.hpp"
#include "node/services/inheriting.hpp"
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
constexpr std::size_t attribution_characters_max = 500;

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

Result<RecordKind> wanted_kind(
    const RecordRequest& request, const FieldReader& fields, const RecordDefaults& defaults
) {
    const std::string name = !request.kind.empty() ? request.kind : fields.front_matter("kind");
    if (name.empty())
        return defaults.former ? defaults.former->kind : RecordKind::practice_write_up;
    auto kind = records::kind_from_name(name);
    if (!kind)
        return fail(unknown_word("kind", kind.error()));
    if (!records::is_written_here(*kind))
        return fail(
            Errc::not_allowed, "Records of kind " + name + " cannot be written by this version."
        );
    if (defaults.former && *kind != defaults.former->kind)
        return fail(
            Errc::not_allowed,
            "The record is of kind " + std::string(records::kind_name(defaults.former->kind)) +
                "; a revision cannot make it a " + name + "."
        );
    return *kind;
}

/// A network implies reach network; without one, school [domain 2.1].
Result<Reach> wanted_reach(
    const RecordRequest& request, const FieldReader& fields, const RecordDefaults& defaults
) {
    std::string name = request.reach;
    if (name.empty() && !request.network.empty())
        return Reach::network;
    if (name.empty() && defaults.former)
        return defaults.former->reach;
    if (name.empty())
        name = fields.front_matter("reach");
    if (name.empty())
        return Reach::school;
    auto reach = records::reach_from_name(name);
    if (!reach)
        return fail(unknown_word("reach", reach.error()));
    return *reach;
}

/// What a record of this kind is mostly about something by.
std::string_view usual_relation(RecordKind kind) {
    switch (kind) {
    case RecordKind::peer_review_note: return "reviews";
    case RecordKind::adoption: return "tried-in";
    case RecordKind::comment: return "comments-on";
    default: return "";
    }
}

/// From the options; else from front matter, `reviews: ID` or `about: [reviews ID]`; else what the
/// former revision is about.
Result<void> fill_about(
    ReadRecord& read,
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults
) {
    read.about = request.about;
    if (read.about.empty())
        read.about = fields.relations();
    if (read.about.empty() && defaults.former)
        read.about = defaults.former->about;
    for (RequestedRelation& about : read.about) {
        if (about.relation.empty())
            about.relation = usual_relation(read.facts.kind);
        if (about.relation.empty())
            return fail(
                Errc::unknown_value,
                "How does this record stand to " + about.id +
                    "? Name a relation such as adapts, cites or answers."
            );
        auto relation = records::relation_from_name(about.relation);
        if (!relation)
            return fail(unknown_word("relation", relation.error()));
        read.facts.relations.push_back(*relation);
    }
    return {};
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
    if (names.empty() && defaults.former)
        body.authors = defaults.former->body.authors;
    else if (names.empty() && !defaults.person.empty())
        names.push_back(defaults.person);
    else if (names.empty() && !defaults.school_name.empty())
        names.push_back(defaults.school_name);
    // "Name @ School" names an author of another school.
    for (const std::string& name : names) {
        const std::size_t at = name.rfind(" @ ");
        body.authors.push_back(
            at == std::string::npos ? records::Author{{}, name, defaults.school_name}
                                    : records::Author{{}, name.substr(0, at), name.substr(at + 3)}
        );
    }
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
    const std::string former_title = defaults.former ? defaults.former->body.title : "";
    body.title = first_of(
        {pick("title", facts.title, ""),
         shape.first_heading,
         former_title,
         file_title(request.path)}
    );
    // A title line left empty is a title that is missing, not one to be guessed.
    if (fields.says_nothing("title") && pick("title", facts.title, "").empty())
        body.title.clear();
    body.summary = pick("summary", "", "description");
    if (body.summary.empty() && request.imported)
        body.summary = shortened(shape.first_paragraph, summary_characters_max);
    const std::string former_language = defaults.former ? defaults.former->body.language : "";
    body.language =
        first_of({pick("language", facts.language, "lang"), former_language, defaults.language});
    body.licence =
        canonical_word(records::VocabularyId::licence, pick("licence", facts.licence, "license"));
    body.attribution = pick("attribution", facts.attribution, "");
    if (body.attribution.empty() && request.imported)
        for (const auto* key : {"creator", "author", "source"})
            if (const std::string part = fields.front_matter(key); !part.empty())
                body.attribution += (body.attribution.empty() ? "" : "; ") + part;
    if (body.attribution.empty() && request.imported && !request.path.empty())
        body.attribution = shortened("From the file " + request.path, attribution_characters_max);
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
    const auto type = type_of_name(path);
    return type ? std::string(type->media_type) : "application/octet-stream";
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

/// A file that the text names and that nobody brought is no promise to make to others.
void drop_promises(ReadRecord& read, const RecordRequest& request) {
    std::erase_if(read.body.attachments, [&](const records::Attachment& file) {
        const bool is_given =
            std::ranges::find(request.attachments, file.name, &RequestedAttachment::name) !=
            request.attachments.end();
        if (is_given || !file.content_hash.empty())
            return false;
        read.notes.push_back(not_attached_sentence(file.name));
        return true;
    });
}

/// Sorts what the rules found into problems and notes.
void judge(ReadRecord& read) {
    for (records::Problem& problem : records::check(read.body, read.facts)) {
        if (records::refuses(problem.code))
            read.problems.push_back(std::move(problem));
        else
            read.notes.push_back(std::move(problem.sentence));
    }
}

Result<ReadRecord> read_exported(
    const ExportedPart& part, std::string_view text, const RecordRequest& request, WallTime now
) {
    auto read = restore_record(part, text, request, now);
    if (!read)
        return read;
    judge(*read);
    return read;
}

} // namespace

std::string not_attached_sentence(std::string_view name) {
    return "The text names the file " + std::string(name) + ", which does not come along.";
}

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
    const auto kind = wanted_kind(request, fields, defaults);
    if (!kind)
        return fail(kind.error());
    const auto reach = wanted_reach(request, fields, defaults);
    if (!reach)
        return fail(reach.error());
    const bool imported = request.imported || (defaults.former && defaults.former->imported);

    ReadRecord read{{}, {*kind, *reach, imported, {}}, {}};
    read.body.text = split.text;
    read.body.front_matter = split.front_matter;
    TextShape shape;
    if (auto found = read_shape(split.text, *kind))
        shape = std::move(*found);
    else
        read.notes.push_back(found.error().detail);
    read.body.sections = std::move(shape.sections);
    if (imported && split.text.find("\r\n") != std::string_view::npos)
        read.notes.push_back("The file has CR LF line ends; they are kept.");
    fill_envelope(read.body, request, fields, defaults, shape);
    fill_times(read, request, fields, defaults.now);
    if (auto ok = fill_about(read, request, fields, defaults); !ok)
        return fail(ok.error());
    if (auto ok = fields.fill(read, request.imported); !ok)
        return fail(ok.error());
    if (auto ok = fill_attachments(read.body, request, shape); !ok)
        return fail(ok.error());
    if (defaults.former)
        inherit(read, *defaults.former, fields);
    drop_promises(read, request);
    if (auto ok = resolve_joint_schools(read.body, defaults.schools); !ok)
        return fail(ok.error());
    fill_from_school(read, defaults);
    judge(read);
    return read;
}

} // namespace staffroom::services
