// Overwrites records in segments, so that no copy of the words is left. Declared in segments.hpp.
// [E4]
#include "storage/store/segments.hpp"

#include <algorithm>
#include <bitset>

namespace staffroom::storage {
namespace {

constexpr std::size_t wipe_view_bytes = 2 * body_record_bytes_max;
constexpr std::size_t wipe_window_bytes = 2 * wipe_view_bytes;
constexpr std::string_view wipe_magic = "SRB";
constexpr std::size_t revision_offset = 8;
constexpr std::size_t names_end = revision_offset + RevisionId::size_bytes;

/// Bytes [begin, end) of a segment that go.
struct WipedRange {
    std::uint64_t begin;
    std::uint64_t end;
};

/// A moving look at a file: from any place on so much that a record which begins in its first half
/// lies in it whole, where the file has it.
class Window {
public:
    Window(const File& file, std::uint64_t size)
        : file_(file)
        , size_(size) {}

    Result<ByteView> from(std::uint64_t at) {
        const std::uint64_t wanted = std::min<std::uint64_t>(wipe_view_bytes, size_ - at);
        if (at < begin_ || at + wanted > begin_ + bytes_.size()) {
            bytes_.resize(std::min<std::uint64_t>(wipe_window_bytes, size_ - at));
            auto got = file_.read_at(at, bytes_);
            if (!got)
                return fail(got.error());
            bytes_.resize(*got);
            begin_ = at;
        }
        return ByteView(bytes_).subspan(static_cast<std::size_t>(at - begin_));
    }

private:
    const File& file_;
    std::uint64_t size_;
    std::uint64_t begin_ = 0;
    Bytes bytes_;
};

/// The next place behind the first byte at which a whole record begins.
std::optional<std::size_t> next_whole(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    for (auto at = text.find(wipe_magic, 1); at != std::string_view::npos;
         at = text.find(wipe_magic, at + 1))
        if (whole_record(bytes.subspan(at)))
            return at;
    return std::nullopt;
}

/// Finds ids in damaged bytes, where no record says how long it is.
class IdSearch {
public:
    explicit IdSearch(const std::set<RevisionId>& revisions)
        : revisions_(revisions) {
        for (const RevisionId& revision : revisions)
            first_bytes_.set(begin_of(revision.view()));
    }

    std::optional<std::size_t> find(ByteView bytes, std::size_t from) const {
        for (std::size_t at = from; at + RevisionId::size_bytes <= bytes.size(); ++at) {
            const ByteView here = bytes.subspan(at, RevisionId::size_bytes);
            if (first_bytes_.test(begin_of(here)) && revisions_.count(*RevisionId::from(here)) > 0)
                return at;
        }
        return std::nullopt;
    }

private:
    static std::size_t begin_of(ByteView id) { return std::size_t{id[0]} << 8U | id[1]; }

    const std::set<RevisionId>& revisions_;
    std::bitset<65536> first_bytes_;
};

/// Where the records of these revisions lie. A hostile body may hold the id of another record; so
/// bytes inside a whole record are its own, whatever they look like.
Result<std::vector<WipedRange>>
find_records(const File& file, std::uint64_t size, const WipedRecords& which) {
    const IdSearch search(which.revisions);
    std::vector<WipedRange> ranges;
    Window window(file, size);
    for (std::uint64_t at = 0; at < size;) {
        auto bytes = window.from(at);
        if (!bytes)
            return fail(bytes.error());
        if (bytes->empty())
            break;
        if (const auto record = whole_record(*bytes)) {
            if (which.revisions.count(record->revision) > 0 ||
                (which.is_one_more && which.is_one_more(*record)))
                ranges.push_back({at, at + record->length});
            at += record->length;
            continue;
        }
        // All before this is damage. Of what begins in the last bytes of a view, only another look
        // tells whether it is whole: half of a neighbour would else be taken for damage.
        const auto next = next_whole(*bytes);
        const bool is_last = bytes->size() < wipe_view_bytes || at + bytes->size() >= size;
        const std::size_t sure = is_last ? bytes->size() : bytes->size() - body_record_bytes_max;
        const std::size_t end = next.value_or(sure);
        auto id = search.find(bytes->first(end), 0);
        if (!id) {
            // An id may begin in the last of them.
            at += next || is_last ? end : end - names_end;
            continue;
        }
        // Each range ends where the next id is, lest a name goes before the words behind it.
        std::size_t begin = 0;
        std::size_t until = 0;
        while (id) {
            begin = *id - std::min(*id, revision_offset);
            until = std::min(end, begin + body_record_bytes_max);
            const std::size_t searched = std::min(end, until + RevisionId::size_bytes);
            id = search.find(bytes->first(searched), *id + 1);
            if (id)
                ranges.push_back({at + begin, at + *id - std::min(*id, revision_offset)});
        }
        const bool is_cut = !next && !is_last && until < begin + body_record_bytes_max;
        if (!is_cut)
            ranges.push_back({at + begin, at + until});
        at += is_cut ? begin : until;
    }
    return ranges;
}

Result<void> write_zeros(File& file, std::uint64_t begin, std::uint64_t end) {
    const Bytes zeros(static_cast<std::size_t>(end - begin), 0);
    return zeros.empty() ? Result<void>() : file.overwrite_at(begin, zeros);
}

/// The words first and durably, then what they were found by: of a crash in between nothing is left
/// that could not be found again.
Result<void> overwrite(File& file, std::span<const WipedRange> ranges) {
    if (ranges.empty())
        return {};
    for (const bool is_name : {false, true}) {
        for (const WipedRange& range : ranges) {
            const std::uint64_t middle = std::min(range.begin + names_end, range.end);
            auto done = is_name ? write_zeros(file, range.begin, middle)
                                : write_zeros(file, middle, range.end);
            if (!done)
                return done;
        }
        if (auto done = file.sync(); !done)
            return done;
    }
    return {};
}

} // namespace

Result<void>
Segments::wipe(std::uint32_t segment, const WipedRecords& which, const SegmentEnd& until) const {
    if (segment > until.segment)
        return {};
    auto file = files_.open(path_of(segment), OpenMode::update);
    auto size = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
    if (!size)
        return fail(size.error());
    // A record that is being appended is half there: it would look like damage.
    const std::uint64_t end =
        segment < until.segment ? *size : std::min<std::uint64_t>(*size, until.offset);
    auto ranges = find_records(**file, end, which);
    if (!ranges)
        return fail(ranges.error());
    return overwrite(**file, *ranges);
}

Result<void> Segments::wipe_place(const BodyAt& at) const {
    auto file = files_.open(path_of(at.place.segment), OpenMode::update);
    if (!file && file.error().code == Errc::not_found)
        return {}; // lost with all that stood in it
    auto size = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
    if (!size)
        return fail(size.error());
    const std::uint64_t begin = std::min<std::uint64_t>(at.place.offset, *size);
    const std::uint64_t end = std::min<std::uint64_t>(begin + at.place.length, *size);
    Bytes bytes(static_cast<std::size_t>(end - begin));
    auto got = (*file)->read_at(begin, bytes);
    if (!got)
        return fail(got.error());
    const ByteView there = ByteView(bytes).first(*got);
    const auto record = whole_record(there);
    if (record && record->revision != at.revision)
        return {};
    // A process that ended here may have left its zeros unsynced.
    if (std::all_of(there.begin(), there.end(), [](std::uint8_t byte) { return byte == 0; }))
        return (*file)->sync();
    const WipedRange range{begin, end};
    return overwrite(**file, {&range, 1});
}

} // namespace staffroom::storage
