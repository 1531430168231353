#include "node/services/export/export_record.hpp"

#include "node/services/front_matter/small_counts.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::services {

std::optional<HiddenWords> hidden_words(const ShownRecord& shown) {
    if (shown.retraction)
        return HiddenWords{*shown.retraction, shown.row.clock};
    if (shown.row.state == replica::BodyState::erased)
        return HiddenWords{"The record has been erased.", std::nullopt};
    return std::nullopt;
}

std::string exported_origin(const ShownRecord& shown) {
    if (shown.body && !shown.body->origin.empty())
        return shown.body->origin;
    return std::string(origin_prefix) + to_base32(shown.row.document);
}

bool is_imported(const records::RecordBody& body) {
    return !body.origin.empty() && !body.origin.starts_with(origin_prefix);
}

std::string kind_text(const ShownRecord& shown) {
    const auto kind = records::parse_kind(shown.row.kind);
    return kind ? std::string(records::kind_name(*kind)) : "kind-" + std::to_string(shown.row.kind);
}

std::string document_name(const ShownRecord& shown) {
    return outside_name(shown.row.document);
}

std::string revision_name(const ShownRecord& shown) {
    return outside_name(shown.row.revision);
}

std::vector<std::string> exported_values(const ExportedRecord& record, records::FieldCode code) {
    std::vector<std::string> values;
    if (record.shown.body)
        for (const records::Field& field : record.shown.body->fields)
            if (field.code == static_cast<std::uint32_t>(code))
                values.push_back(shown_value(field.code, field.value, record.is_own_school));
    return values;
}

} // namespace staffroom::services
