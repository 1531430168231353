// A record as the library shows it, for tests of what leaves a node: one body, made-up ids.
#pragma once

#include "node/services/export/export_record.hpp"
#include "protocol/records/kinds.hpp"

namespace staffroom::tests {

inline RevisionId id_of(std::uint8_t byte) {
    RevisionId::Raw raw{};
    raw.fill(byte);
    return RevisionId(raw);
}

inline services::ShownRecord shown_record(
    records::RecordBody body, records::RecordKind kind = records::RecordKind::practice_write_up
) {
    const SchoolId school(SchoolId::Raw{});
    services::BareRow bare{
        id_of(1),
        id_of(2),
        static_cast<std::uint32_t>(kind),
        static_cast<std::uint32_t>(records::Reach::network),
        school,
        {},
        {1'700'000'000'000},
        1,
        services::LifeState::active,
        2};
    services::RecordRow row{std::move(bare), replica::BodyState::have, body.title};
    log::EntryHeader header{.kind = static_cast<std::uint32_t>(kind), .school = school};
    return {
        std::move(row), std::move(header), std::move(body), 2, school, {id_of(2)}, true, {}, {}};
}

inline records::Field field(records::FieldCode code, std::string value) {
    return {static_cast<std::uint32_t>(code), std::move(value)};
}

} // namespace staffroom::tests
