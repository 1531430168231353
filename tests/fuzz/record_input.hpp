// The facts that a node knows beside the words of a record, for the targets of records.
#pragma once

#include "node/services/records/record_file.hpp"

namespace staffroom::fuzz {

[[nodiscard]] inline const services::RecordDefaults& record_defaults() {
    static const services::RecordDefaults made{
        "en-GB", "Oakhill", "Nobody", {1'900'000'000'000}, "A town", {}, {}};
    return made;
}

/// As record_defaults, for a revision of a record that has something of everything.
[[nodiscard]] inline const services::RecordDefaults& revision_defaults() {
    static const services::RecordDefaults made = [] {
        services::RecordDefaults defaults = record_defaults();
        records::RecordBody body;
        body.title = "As it was";
        body.summary = "In short";
        body.authors = {{{}, "A. Teacher", "Oakhill"}};
        body.language = "cy";
        body.licence = "CC-BY-4.0";
        body.attribution = "by others";
        body.text = "# As it was\n\n![a](a.png)\n";
        body.attachments = {{Bytes(32, 1), "a.png", "image/png", 70'000, "A grid"}};
        defaults.former = services::PriorRevision{
            records::RecordKind::practice_write_up,
            records::Reach::network,
            false,
            std::move(body),
            {}};
        return defaults;
    }();
    return made;
}

} // namespace staffroom::fuzz
