#include "protocol/replica/logs/record_files.hpp"

#include "protocol/agreement/relay/carried.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"

namespace staffroom::replica {

Row files_wanted_row(const EntryPlace& place, bool is_wanted) {
    Bytes key = to_bytes(place.log.view());
    append_u64_be(key, place.position.value);
    return {RowKind::files_wanted, std::move(key), is_wanted ? Bytes{1} : Bytes{}};
}

std::optional<EntryPlace> place_in_row(const Row& row) {
    if (row.kind != RowKind::files_wanted || row.key.size() != LogId::size_bytes + 8)
        return std::nullopt;
    const ByteView key(row.key);
    const auto log = LogId::from(key.first(LogId::size_bytes));
    return EntryPlace{*log, Position{read_u64_be(key.subspan(LogId::size_bytes))}};
}

Result<std::vector<FileName>> files_of(ByteView header, const BodyBytes& body) {
    auto parsed = log::parse_header(header);
    if (!parsed)
        return fail(parsed.error());
    SharedBytes encoded = body.encoded;
    if (parsed->kind == log::kind_carried_record) {
        auto inner = agreement::inner_record(*encoded);
        if (!inner)
            return fail(inner.error());
        encoded = std::move(inner->body.encoded);
        parsed = std::move(inner->header);
    }
    auto words = records::decode_body(parsed->codec, parsed->plain_length, *encoded);
    if (!words)
        return fail(words.error());
    std::vector<FileName> files;
    std::uint64_t bytes = 0;
    for (const records::Attachment& attachment : words->attachments) {
        const auto hash = Digest::from(attachment.content_hash);
        if (!hash || attachment.size > limits::attachment_bytes_max)
            continue;
        const FileName file{*hash, attachment.size};
        if (std::find(files.begin(), files.end(), file) != files.end())
            continue;
        if (files.size() == limits::attachments_per_record_max ||
            bytes + file.size > limits::attachments_bytes_max)
            break;
        bytes += file.size;
        files.push_back(file);
    }
    return files;
}

std::optional<RecordName> carried_name(ByteView header, const BodyBytes& body) {
    const auto outer = log::parse_header(header);
    if (!outer || outer->kind != log::kind_carried_record || body.encoded == nullptr)
        return std::nullopt;
    const auto carried = agreement::parse_carried_record(*body.encoded);
    const auto inner = carried ? log::parse_header(carried->record.header)
                               : Result<log::EntryHeader>(fail(carried.error()));
    if (!inner)
        return std::nullopt;
    return RecordName{inner->school, log::revision_id(carried->record.header)};
}

EntryNames names_of(const log::LogDescriptor& descriptor, ByteView header, const BodyBytes& body) {
    return {{descriptor.school, log::revision_id(header)}, carried_name(header, body)};
}

LoadChunk load_entry(const EntryPlace& place) {
    const LogSize end{place.position.value + 1};
    return {place.log, place.position, end, end, 1, 1, true};
}

} // namespace staffroom::replica
