#include "node/services/records/record_nature.hpp"

#include "node/services/front_matter/field_names.hpp"

#include <optional>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RecordKind;

/// Returns the kind that the file itself names, if this version writes such records.
std::optional<RecordKind> stated_kind(const FieldReader& fields) {
    const auto kind = records::find_kind(canonical_name(fields.front_matter("kind")));
    return kind && records::is_written_here(*kind) ? std::optional(*kind) : std::nullopt;
}

} // namespace

Error unknown_word(std::string_view what, const Error& error) {
    const char* const end = error.detail.ends_with('?') ? "" : ".";
    return {Errc::unknown_value, "The " + std::string(what) + " " + error.detail + end};
}

FileNature nature_of(const RecordRequest& request, const FieldReader& fields) {
    if (stated_kind(fields))
        return FileNature::ours; // one without its target is kept as what it is, and told so
    if (request.imported)
        return FileNature::foreign;
    const std::string written = canonical_name(fields.front_matter("kind"));
    if (written.empty() || fields.has_own_field())
        return FileNature::ours;
    std::vector<std::string_view> names;
    for (std::uint64_t raw = 1; const auto kind = records::parse_kind(raw); ++raw)
        if (records::is_written_here(*kind))
            names.push_back(records::kind_name(*kind));
    return records::nearest_name(written, names).empty() ? FileNature::foreign : FileNature::ours;
}

Result<RecordKind> wanted_kind(
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults,
    FileNature nature
) {
    std::string name = request.kind;
    if (name.empty() && nature != FileNature::foreign)
        name = canonical_name(fields.front_matter("kind"));
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

Result<Reach> wanted_reach(
    const RecordRequest& request,
    const FieldReader& fields,
    const RecordDefaults& defaults,
    FileNature nature,
    bool is_held_back
) {
    std::string name = request.reach;
    if (name.empty() && is_held_back)
        return Reach::draft;
    const bool names_links = canonical_name(fields.front_matter("reach")) == "linked" &&
                             nature != FileNature::foreign && !defaults.former;
    if (name.empty() && (!request.links.empty() || names_links))
        return Reach::linked;
    if (name.empty() && !request.network.empty())
        return defaults.former && defaults.former->reach > Reach::network ? defaults.former->reach
                                                                          : Reach::network;
    if (name.empty() && defaults.former)
        return defaults.former->reach;
    if (name.empty())
        name = canonical_name(fields.front_matter("reach"));
    if (name.empty())
        return Reach::school;
    auto reach = records::reach_from_name(name);
    if (!reach && nature == FileNature::foreign)
        return Reach::school;
    if (!reach)
        return fail(unknown_word("reach", reach.error()));
    return *reach;
}

} // namespace staffroom::services
