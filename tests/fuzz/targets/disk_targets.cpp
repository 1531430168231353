// The bytes that a node reads from its own disk: row keys and rows, the mark, body records, the
// hashes behind a file, words for the index. A disk may give anything. A changed input gets its
// check made anew.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "storage/attachments/attachment_file.hpp"
#include "storage/database/high_water.hpp"
#include "storage/database/row_keys.hpp"
#include "storage/database/stored_check.hpp"
#include "storage/search/search_marks.hpp"
#include "storage/search/unicode.hpp"
#include "storage/store/segments.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"

namespace staffroom::fuzz {
namespace {

using storage::OpenMode;
using tests::TornFileSystem;

void put_file(TornFileSystem& files, const std::string& path, ByteView content) {
    auto file = files.open(path, OpenMode::create);
    ensure(file.has_value() && (*file)->append(content).has_value());
}

// ------------------------------------------------------------------------------------------- rows

void check_log_row(ByteView value) {
    const auto row = storage::decode_log(value);
    if (!row)
        return;
    ensure(storage::encode_log(*row) == to_bytes(value));
    ensure(row->state.id == log::log_id(row->state.descriptor));
}

/// A row key as a piece, then its value.
void rows(ByteView input) {
    InputReader in(input);
    const ByteView row_key = in.piece();
    const ByteView value = in.rest();
    if (const auto content = storage::open_sealed_row(row_key, value)) {
        check_log_row(*content);
        static_cast<void>(storage::decode_meta(*content));
        if (const auto end = storage::decode_segment_end(*content))
            ensure(storage::encode_segment_end(*end) == to_bytes(*content));
    }
    if (const auto entry = storage::decode_entry(value)) {
        Bytes again;
        storage::encode_entry(again, *entry);
        ensure(again == to_bytes(value));
    }
    if (const auto address = storage::decode_address(value)) {
        Bytes again;
        storage::encode_address(again, *address);
        ensure(again == to_bytes(value));
    }
    if (const auto address = storage::address_in_key(row_key))
        ensure(
            row_key[0] != static_cast<std::uint8_t>(storage::RowTag::entry) ||
            to_bytes(storage::entry_key(*address).view()) == to_bytes(row_key)
        );
    static_cast<void>(storage::subtree_in_key(row_key));
}

void repair_rows(Bytes& input) {
    InputReader in(input);
    const Bytes row_key = to_bytes(in.piece());
    Bytes value = to_bytes(in.rest());
    if (value.size() < storage::stored_check_bytes)
        return;
    value.resize(value.size() - storage::stored_check_bytes);
    storage::seal_row(row_key, value);
    input.clear();
    append_piece(input, row_key);
    append(input, value);
}

std::vector<Bytes> rows_seeds() {
    std::vector<Bytes> seeds;
    const auto keep = [&](const storage::RowKey& row_key, Bytes value, bool is_sealed) {
        if (is_sealed)
            storage::seal_row(row_key.view(), value);
        Bytes seed;
        append_piece(seed, row_key.view());
        append(seed, value);
        seeds.push_back(std::move(seed));
    };
    tests::LogBuilder builder({});
    for (const std::size_t count : {0U, 1U, 21U}) {
        if (count > 0)
            static_cast<void>(builder.append(count));
        const storage::LogRow row{storage::LogNumber{7}, builder.state()};
        keep(storage::log_key(builder.id()), storage::encode_log(row), true);
    }
    keep(storage::meta_key(), storage::encode_meta(), true);
    keep(storage::segment_end_key(), storage::encode_segment_end({1, 99}), true);
    const storage::EntryAddress address{storage::LogNumber{7}, Position{3}};
    Bytes value;
    const Bytes header(40, 1);
    storage::encode_entry(value, {replica::BodyState::have, {0, 5, 90}, header});
    keep(storage::entry_key(address), value, false);
    value.clear();
    storage::encode_address(value, address);
    keep(storage::revision_key(RevisionId(RevisionId::Raw{1})), value, false);
    keep(storage::without_body_key(address), Bytes{5}, false);
    keep(storage::node_key(storage::LogNumber{7}, {8, 1}), Bytes(32, 1), false);
    return seeds;
}

// ------------------------------------------------------------------------------------------- mark

void mark(ByteView input) {
    TornFileSystem files;
    put_file(files, "/disk/mark", input);
    storage::HighWater reader(files, "/disk", "/disk", "boot");
    const auto read = reader.read_disk();
    if (!read)
        return;
    static_cast<void>(reader.read_run());
    ensure(reader.write(*read).has_value());
    const auto again = reader.read_run();
    ensure(again.has_value() && *again == *read);
}

void repair_mark(Bytes& input) {
    if (input.size() < storage::stored_check_bytes)
        return;
    input.resize(input.size() - storage::stored_check_bytes);
    const storage::StoredCheck check = storage::stored_check({input});
    append(input, check);
}

std::vector<Bytes> mark_seeds() {
    tests::SeededRandom random(1);
    std::vector<Bytes> seeds;
    std::vector<storage::MarkedLog> logs;
    for (int i = 0; i < 3; ++i) {
        TornFileSystem files;
        ensure(storage::HighWater(files, "/disk", std::nullopt, "boot").write(logs).has_value());
        seeds.push_back(*storage::read_file(files, "/disk/mark", storage::mark_bytes_max));
        logs.push_back({random.make<LogId>(), LogSize{7}, random.make<TreeHash>()});
    }
    return seeds;
}

// ---------------------------------------------------------------------------------------- segment

constexpr std::string_view segment_path = "/disk/segments/segment-00000000";
constexpr std::size_t record_check_at = 4 + 4 + 32;

/// Two places, then a segment's content; the revision is the one that stands in the record.
void segment(ByteView input) {
    InputReader in(input);
    const storage::Place place{0, in.u16(), in.u16()};
    const storage::Place other{in.u8() % 2U, in.u16(), in.u32()};
    const ByteView content = in.rest();
    TornFileSystem files;
    ensure(files.create_directory("/disk/segments").has_value());
    put_file(files, std::string(segment_path), content);
    storage::Segments segments(
        files, "/disk/segments", {0, static_cast<std::uint32_t>(content.size())}
    );
    ensure(segments.start().has_value());
    InputReader record(content.subspan(std::min<std::size_t>(place.offset, content.size())));
    static_cast<void>(record.take(8));
    const auto revision = record.fixed<RevisionId>();
    const std::array at{
        storage::BodyAt{place, revision},
        storage::BodyAt{other, revision},
        storage::BodyAt{place, RevisionId(RevisionId::Raw{9})}};
    const auto read = segments.read_all(at);
    ensure(read.size() == at.size());
    const auto alone = segments.read(at[0]);
    ensure(alone.has_value() == read[0].has_value());
    if (alone)
        ensure(alone->salt == read[0]->salt && *alone->encoded == *read[0]->encoded);
}

void repair_segment(Bytes& input) {
    constexpr std::size_t places = 2 + 2 + 1 + 2 + 4;
    InputReader in(input);
    const std::size_t offset = places + in.u16();
    const std::size_t length = in.u16();
    if (length < storage::segment_record_overhead || offset + length > input.size())
        return;
    const auto record = std::span(input).subspan(offset, length);
    const ByteView payload = record.subspan(storage::segment_record_overhead);
    Bytes head{
        'S', 'R', 'B', static_cast<std::uint8_t>(std::min<std::size_t>(record[3], payload.size()))};
    append_u32_be(head, static_cast<std::uint32_t>(payload.size()));
    append(head, ByteView(record).subspan(8, 32));
    const storage::StoredCheck check = storage::stored_check({head, payload});
    std::copy(head.begin(), head.end(), record.begin());
    std::copy(check.begin(), check.end(), record.begin() + record_check_at);
}

std::vector<Bytes> segment_seeds() {
    tests::LogBuilder builder({});
    TornFileSystem files;
    ensure(files.create_directory("/disk/segments").has_value());
    storage::Segments segments(files, "/disk/segments", {0, 0});
    ensure(segments.start().has_value());
    std::vector<storage::Place> places;
    for (int i = 0; i < 3; ++i) {
        const auto entry = builder.make_entry();
        places.push_back(segments.stage(entry.revision, entry.body));
    }
    ensure(segments.flush().has_value());
    const auto content = storage::read_file(files, std::string(segment_path), 1U << 20U);
    ensure(content.has_value());
    std::vector<Bytes> seeds;
    for (const storage::Place& place : places) {
        Bytes seed;
        append_u16_be(seed, static_cast<std::uint16_t>(place.offset));
        append_u16_be(seed, static_cast<std::uint16_t>(place.length));
        seed.push_back(0);
        append_u16_be(seed, static_cast<std::uint16_t>(places[1].offset));
        append_u32_be(seed, places[1].length);
        append(seed, *content);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

// ----------------------------------------------------------------------------------------- pieces

replica::FileName name_of(std::uint64_t size, ByteView content) {
    records::PieceHashes pieces;
    for (std::size_t at = 0; at < content.size(); at += limits::piece_bytes)
        pieces.push_back(records::piece_hash(
            content.subspan(at, std::min(limits::piece_bytes, content.size() - at))
        ));
    return {records::attachment_hash(size, pieces), size};
}

/// The size that the name says, then a finished file: content and hashes of its pieces.
void pieces(ByteView input) {
    InputReader in(input);
    const std::uint64_t size = in.u32() % (4 * limits::piece_bytes);
    const ByteView stored = in.rest();
    TornFileSystem files;
    put_file(files, "/disk/file", stored);
    auto file = files.open("/disk/file", OpenMode::read);
    ensure(file.has_value());
    if (const auto content = storage::content_size(stored.size()))
        ensure(*content < stored.size() || stored.empty());
    const replica::FileName name =
        name_of(size, stored.first(std::min<std::size_t>(size, stored.size())));
    const auto hashes = storage::hash_pieces(**file, name);
    ensure(hashes.has_value() == (size <= stored.size()));
    const auto behind = storage::read_hashes(**file, name);
    if (behind) {
        ensure(hashes.has_value() && *hashes == *behind);
        const auto good = storage::good_pieces(**file, name, *behind);
        ensure(good.has_value() && *good == behind->size());
    }
}

std::vector<Bytes> pieces_seeds() {
    std::vector<Bytes> seeds;
    for (const std::size_t size : {1U, 70U, 70'000U}) {
        const Bytes content(size, 7);
        records::PieceHashes hashes;
        for (std::size_t at = 0; at < size; at += limits::piece_bytes)
            hashes.push_back(records::piece_hash(
                ByteView(content).subspan(at, std::min(limits::piece_bytes, size - at))
            ));
        Bytes seed;
        append_u32_be(seed, static_cast<std::uint32_t>(size));
        append(seed, content);
        append(seed, storage::encode_hashes(hashes));
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

// ------------------------------------------------------------------------------------------ words

void words(ByteView input) {
    const std::string_view text = as_text(input);
    static_cast<void>(storage::fold(text));
    static_cast<void>(storage::nfc(text));
    ensure(storage::width(text) <= 2 * text.size());
    const storage::MarkedText marked = storage::read_marks(text);
    std::size_t last = 0;
    for (const storage::Mark& one : marked.marks) {
        ensure(one.begin >= last && one.begin < one.end && one.end <= marked.text.size());
        last = one.end;
    }
    const std::string clean = storage::without_controls(text);
    ensure(clean.size() == text.size() && storage::without_controls(clean) == clean);
    if (!first_unreadable_byte(text))
        ensure(!first_unreadable_byte(storage::fold(clean)));
}

std::vector<Bytes> words_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {"\x01two\x02  voices in \x01"
          "every\x02\n discussion",
          "caf\xc3\xa9 \xd9\x83\xd9\x90\xd8\xaa\xd8\xa7\xd8\xa8 \xd7\xa9\xd6\xb8\xd7\x81",
          "\xe9\x98\x85\xe8\xaf\xbb \xef\xac\x83\xc2\xad \xef\xb7\xba \xe1\x84\x8b\xe1\x85\xb5 "
          "\xe0\xb8\x97\xe0\xb9\x8d\xe0\xb8\xb2",
          "\xd0\xb5\xcc\x88 \xd0\xb8\xcc\x86 \xf0\x9f\x8c\xb3"})
        seeds.push_back(to_bytes(as_view(text)));
    return seeds;
}

} // namespace

Targets disk_targets() {
    return {
        {"rows", rows, rows_seeds, repair_rows},
        {"mark", mark, mark_seeds, repair_mark},
        {"segment", segment, segment_seeds, repair_segment},
        {"pieces", pieces, pieces_seeds, nullptr, 300},
        {"words", words, words_seeds},
    };
}

} // namespace staffroom::fuzz
