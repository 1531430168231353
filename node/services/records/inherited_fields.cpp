#include "node/services/records/inherited_fields.hpp"

#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <set>

namespace staffroom::services {
namespace {

using records::FieldCode;

void take_if_empty(std::string& value, const std::string& former, bool is_taken_away) {
    if (value.empty() && !is_taken_away)
        value = former;
}

bool is_about_the_revision(std::uint32_t code) {
    // These belong to one revision and are not handed on.
    return code == static_cast<std::uint32_t>(FieldCode::why_changed) ||
           code == static_cast<std::uint32_t>(FieldCode::retraction_reason);
}

void inherit_fields(
    records::RecordBody& body, const records::RecordBody& former, const FieldReader& fields
) {
    std::set<std::uint32_t> given;
    for (const records::Field& field : body.fields)
        given.insert(field.code);
    for (const records::Section& section : body.sections)
        given.insert(section.code);
    for (const records::Field& field : former.fields) {
        const records::FieldFacts* facts = records::find_field(field.code);
        const bool is_taken_away = facts != nullptr && fields.has_option(facts->name);
        if (!given.contains(field.code) && !is_taken_away && !is_about_the_revision(field.code))
            body.fields.push_back(field);
    }
}

void inherit_files(records::RecordBody& body, const records::RecordBody& former) {
    for (records::Attachment& file : body.attachments) {
        const auto before =
            std::ranges::find(former.attachments, file.name, &records::Attachment::name);
        if (before == former.attachments.end() || !file.content_hash.empty())
            continue;
        file.content_hash = before->content_hash;
        file.size = before->size;
        file.media_type = before->media_type;
    }
}

} // namespace

void inherit(ReadRecord& read, const PriorRevision& former, const FieldReader& fields) {
    records::RecordBody& body = read.body;
    take_if_empty(body.summary, former.body.summary, fields.has_option("summary"));
    take_if_empty(body.licence, former.body.licence, fields.has_option("licence"));
    take_if_empty(body.attribution, former.body.attribution, fields.has_option("attribution"));
    take_if_empty(body.origin, former.body.origin, false);
    body.created = former.body.created;
    inherit_fields(body, former.body, fields);
    inherit_files(body, former.body);
}

Result<void>
resolve_joint_schools(records::RecordBody& body, const std::vector<KnownSchool>& schools) {
    for (records::Field& field : body.fields) {
        if (field.code != static_cast<std::uint32_t>(FieldCode::joint_with))
            continue;
        if (id_from_base32<SchoolId>(field.value))
            continue;
        std::vector<std::string_view> names;
        std::set<std::string> matches;
        for (const KnownSchool& school : schools) {
            const std::string id = to_base32(school.id);
            names.push_back(school.name);
            if (school.name == field.value ||
                (is_id_prefix(field.value) && id.starts_with(field.value)))
                matches.insert(id);
        }
        if (matches.size() > 1)
            return fail(
                Errc::unknown_value,
                "Several schools are called \"" + field.value + "\"; give the id of one."
            );
        if (matches.empty()) {
            const std::string_view near = records::nearest_name(field.value, names);
            return fail(
                Errc::unknown_value,
                "No school of your networks is called \"" + field.value + "\"." +
                    (near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?")
            );
        }
        field.value = *matches.begin();
    }
    return {};
}

void fill_from_school(ReadRecord& read, const RecordDefaults& defaults) {
    if (read.facts.kind != records::RecordKind::adoption || defaults.place.empty() ||
        records::field_value(read.body, FieldCode::context_place) != nullptr ||
        records::field_value(read.body, FieldCode::context) != nullptr)
        return;
    read.body.fields.push_back(
        {static_cast<std::uint32_t>(FieldCode::context_place), defaults.place}
    );
}

} // namespace staffroom::services
