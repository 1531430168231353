#include "node/services/records/record_file.hpp"

#include "node/services/front_matter/front_matter.hpp"
#include "node/services/front_matter/name_line.hpp"
#include "node/services/front_matter/written_fields.hpp"
#include "node/services/markdown/file_types.hpp"
#include "node/services/markdown/record_title.hpp"
#include "node/services/records/draft_mark.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/inherited_fields.hpp"
#include "node/services/records/record_envelope.hpp"
#include "node/services/records/record_nature.hpp"
#include "node/services/text/problem_text.hpp"
#include "node/services/text/text_bytes.hpp"
#include "node/services/text/visible_words.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/fields.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RecordKind;

Result<void> check_file(const std::string& file) {
    constexpr std::size_t file_bytes_max = limits::text_bytes_max + limits::front_matter_bytes_max +
                                           limits::exported_part_bytes_max + 1024;
    if (file.size() > file_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    if (const std::string_view kind = kind_of_file(file); !kind.empty())
        return fail(
            Errc::unreadable_text,
            "This is " + std::string(kind) + "; save it as Markdown or plain text."
        );
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

/// Returns the usual relation of a record of this kind to its target.
std::string_view usual_relation(RecordKind kind) {
    const auto targets = records::facts_of(kind).targets;
    return targets.empty() ? std::string_view() : records::relation_name(targets.front());
}

/// Returns the fitting relations. In a foreign file "about" and "follows" are words like any other,
/// unless an id stands there.
std::vector<RequestedRelation> fitting_relations(ReadRecord& read, const EnvelopeSources& from) {
    std::vector<RequestedRelation> relations = from.fields.relations();
    if (from.nature != FileNature::foreign)
        return relations;
    const std::size_t count = relations.size();
    std::erase_if(relations, [](const RequestedRelation& each) {
        return !id_from_base32<RevisionId>(each.id) ||
               (!each.relation.empty() && !records::find_relation(each.relation));
    });
    if (relations.size() != count)
        read.notes.push_back("What the front matter says of other records names none by its id; it "
                             "is kept there only.");
    return relations;
}

/// Fills the targets from the options; else from front matter, `reviews: ID` or `about: [reviews
/// ID]`; else from the former revision.
Result<void> fill_about(ReadRecord& read, const EnvelopeSources& from) {
    const RecordDefaults& defaults = from.defaults;
    read.about = from.request.about;
    if (read.about.empty())
        read.about = fitting_relations(read, from);
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

/// Drops the files that the text names and that nobody brought: they are no promise to make to
/// others.
void drop_promises(ReadRecord& read, const RecordRequest& request) {
    std::erase_if(read.body.attachments, [&](const records::Attachment& file) {
        const bool is_given =
            std::ranges::find(request.attachments, file.name, &RequestedAttachment::name) !=
            request.attachments.end();
        if (is_given || !file.content_hash.empty())
            return false;
        read.notes.push_back(not_attached_sentence(file.name));
        read.not_brought.push_back(file.name);
        return true;
    });
}

/// Returns a text without comments: a template's question that nobody answered is no word of the
/// record.
std::string without_comments(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find("<!--"), text.size());
        words += text.substr(0, begin);
        const std::size_t end = text.find("-->", begin);
        if (begin == text.size() || end == std::string_view::npos)
            return words + std::string(text.substr(begin));
        text.remove_prefix(end + 3);
    }
    return words;
}

bool is_beginning(const ReadRecord& read) {
    const bool is_blank = read.body.text.find_first_not_of(" \t\r\n") == std::string::npos;
    return is_blank && read.states_title;
}

/// Tells whether the record says something that can be seen, in its text or in a section given as a
/// value. A draft may begin with a title alone.
bool has_words(const ReadRecord& read) {
    if (read.is_exported || has_visible(without_comments(read.body.text)))
        return true;
    if (is_beginning(read) && read.facts.reach == Reach::draft)
        return true;
    return std::ranges::any_of(read.body.fields, [](const records::Field& field) {
        const records::FieldFacts* facts = records::find_field(field.code);
        return facts != nullptr && facts->shape == records::FieldShape::section &&
               has_visible(field.value);
    });
}

/// Sorts what the rules found into problems and notes.
void judge(ReadRecord& read) {
    // Nothing but a title is a beginning, and a draft keeps it.
    if (!has_words(read))
        read.problems.push_back(
            {is_beginning(read) ? records::ProblemCode::required_missing
                                : records::ProblemCode::text_missing,
             "text"}
        );
    for (records::Problem& problem : records::check(read.body, read.facts)) {
        if (records::refuses(problem.code))
            read.problems.push_back(std::move(problem));
        else
            read.notes.push_back(problem_sentence(problem));
    }
}

std::size_t lines_in(std::string_view opening) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < opening.size(); at += line_at(opening, at).size())
        ++count;
    return count;
}

/// A file with its front matter read.
struct Authored {
    const RecordRequest& request;
    const SplitFile& split;
    const FieldReader& fields;
    const RecordDefaults& defaults;
    std::string held_back; // why, as a sentence; empty: it is not
};

/// Notes the nature of a file: the understood part of a foreign file is used, and the notes say
/// what became of the rest.
void note_nature(ReadRecord& read, const EnvelopeSources& from) {
    const std::string kind = from.fields.front_matter("kind");
    if (from.nature == FileNature::foreign && !kind.empty())
        read.notes.push_back(
            "\"" + shortened(kind, 60) + "\" is not a kind of record here; it comes in as a " +
            std::string(records::kind_name(read.facts.kind)) + "."
        );
}

/// Returns what keeps a file from readers until a person decides, as a sentence; empty: nothing.
std::string why_held_back(
    const RecordRequest& request, const std::vector<FrontMatterField>& fields, WallTime now
) {
    const std::string again = request.imported ? "import" : "publish";
    if (const auto mark = find_draft_mark(request.file, fields, now))
        return "Line " + std::to_string(mark->line) + " says \"" +
               shortened(one_line(mark->words), 60) +
               "\", so it stays a draft; take that line out and " + again +
               " the file again to share it.";
    if (stands_among_drafts(request.place.empty() ? request.path : request.place))
        return "It stands in the folder _drafts, so it stays a draft; move it out of there and " +
               again + " it again to share it.";
    return {};
}

void hold_back(ReadRecord& read, const RecordRequest& request, const std::string& why) {
    if (why.empty() || !request.reach.empty())
        return;
    read.is_kept_back = true;
    read.facts.reach = Reach::draft;
    read.notes.push_back(why);
}

Result<ReadRecord> read_exported(
    const ExportedPart& part, std::string_view text, const RecordRequest& request, WallTime now
) {
    auto read = restore_record(part, text, request, now);
    if (!read)
        return read;
    // An author who writes "draft: true" into an exported file means it as anybody does.
    if (!request.revises)
        hold_back(*read, request, why_held_back(request, {}, now));
    read->links = request.links;
    read->pass_on = request.pass_on;
    judge(*read);
    return read;
}

/// By which links it goes to other networks: the options say it, else the file itself.
void fill_links(ReadRecord& read, const EnvelopeSources& from) {
    read.links = from.request.links;
    read.pass_on = from.request.pass_on;
    if (read.facts.reach != Reach::linked || from.nature == FileNature::foreign)
        return;
    if (read.links.empty())
        read.links = from.fields.front_matter_values("links");
    const std::string typed = from.fields.front_matter("pass-on");
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), count);
    if (!read.pass_on && error == std::errc() && end == typed.data() + typed.size())
        read.pass_on = count;
}

Result<ReadRecord> read_authored(const Authored& from) {
    const auto& [request, split, fields, defaults, held_back] = from;
    const FileNature nature = nature_of(request, fields);
    const auto kind = wanted_kind(request, fields, defaults, nature);
    if (!kind)
        return fail(kind.error());
    const auto reach = wanted_reach(request, fields, defaults, nature, !held_back.empty());
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
    if (const std::size_t remarks = remarks_at_head(split.text); remarks > 0)
        if (const auto below = read_shape(split.text.substr(remarks), *kind))
            shape.first_heading = below->first_heading;
    if (imported && split.text.find("\r\n") != std::string_view::npos)
        read.notes.push_back("The file has CR LF line ends; they are kept.");
    const EnvelopeSources sources{request, fields, defaults, shape, nature};
    note_nature(read, sources);
    hold_back(read, request, held_back);
    fill_links(read, sources);
    fill_envelope(read, sources);
    fill_times(read, sources);
    if (auto ok = fill_about(read, sources); !ok)
        return fail(ok.error());
    if (auto ok = fields.fill(read, nature, request.imported); !ok)
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

/// Tells whether a file may be this school's own: it is in our words and names no other source.
bool may_be_own(const Authored& from) {
    const auto& [request, split, fields, defaults, held_back] = from;
    if (!request.imported || !request.imported->attribution.empty() || !held_back.empty())
        return false;
    return nature_of(request, fields) == FileNature::ours &&
           fields.front_matter_of({"attribution", "source"}).empty() &&
           !fields.front_matter("evidence-strength").empty();
}

/// Reads an import: a record of this school's own where it says all that one has to, with the
/// strength of its evidence; else the work of somebody else. [domain 2.8]
Result<ReadRecord> read_own_or_authored(const Authored& from) {
    if (may_be_own(from)) {
        RecordRequest own = from.request;
        own.imported.reset();
        auto read = read_authored({own, from.split, from.fields, from.defaults, from.held_back});
        if (read && read->problems.empty())
            return read;
    }
    return read_authored(from);
}

} // namespace

std::string not_attached_sentence(std::string_view name) {
    return "The text names the file " + std::string(name) + ", which does not come along.";
}

Result<ReadRecord> read_record(const RecordRequest& request, const RecordDefaults& defaults) {
    if (auto ok = check_file(request.file); !ok)
        return fail(ok.error());
    SplitFile split = split_front_matter(request.file);
    std::vector<std::string> notes;
    const auto exported = read_exported_part(split.front_matter);
    if (!exported)
        return fail(exported.error());
    if (!*exported && split.front_matter.size() > limits::front_matter_bytes_max) {
        if (!request.imported)
            return fail(Errc::too_large, "The front matter is larger than 16 KiB.");
        split = {{}, {}, {}, request.file};
        notes.emplace_back("The front matter is larger than 16 KiB; it is kept as part of the text."
        );
    }
    if (split.text.size() > limits::text_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    if (*exported)
        return read_exported(**exported, split.text, request, defaults.now);
    FrontMatterBounds bounds = written_bounds;
    bounds.lines_before = lines_in(split.opening);
    WrittenFields written = read_written_fields(split, bounds);
    std::ranges::move(written.notes, std::back_inserter(notes));
    const FieldReader fields(written.fields, request.set);
    // A person has already decided whom a record is for that others read.
    const bool is_decided = defaults.former && defaults.former->reach != Reach::draft;
    std::string held_back = is_decided ? "" : why_held_back(request, written.fields, defaults.now);
    auto read = read_own_or_authored({request, split, fields, defaults, std::move(held_back)});
    if (!read)
        return read;
    if (has_unclosed_front_matter(request.file))
        notes.emplace_back(
            "The file begins with front matter that no line closes; all of it is text."
        );
    read->notes.insert(read->notes.begin(), notes.begin(), notes.end());
    return read;
}

} // namespace staffroom::services
