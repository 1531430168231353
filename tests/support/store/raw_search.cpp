#include "tests/support/store/raw_search.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/dictionary/dictionary.hpp"

#include <leveldb/env.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/table.h>
#include <zstd.h>

#include <algorithm>
#include <array>

namespace staffroom::tests {
namespace {

constexpr std::size_t depth_max = 2; // a frame in a row of a table
constexpr std::array<std::uint8_t, 4> frame_magic{0x28, 0xb5, 0x2f, 0xfd};
constexpr std::size_t unpacked_bytes_max = 4 * limits::body_plain_bytes_max;

struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

const ZSTD_DDict* dictionary() {
    static const std::unique_ptr<ZSTD_DDict, Free> table(
        ZSTD_createDDict(records::dictionary_1().data(), records::dictionary_1().size())
    );
    return table.get();
}

std::size_t room_for(ByteView frame) {
    const unsigned long long stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
    const bool is_stated = stated != ZSTD_CONTENTSIZE_UNKNOWN && stated != ZSTD_CONTENTSIZE_ERROR;
    return is_stated
               ? static_cast<std::size_t>(std::min<unsigned long long>(stated, unpacked_bytes_max))
               : unpacked_bytes_max;
}

/// As far as it can be read: a frame that was torn or overwritten in its middle says what came
/// before.
Bytes unpack_beginning(ByteView frame) {
    const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    ensure(context != nullptr && dictionary() != nullptr);
    if (ZSTD_getDictID_fromFrame(frame.data(), frame.size()) != 0) {
        const std::size_t set = ZSTD_DCtx_refDDict(context.get(), dictionary());
        ensure(ZSTD_isError(set) == 0);
    }
    Bytes plain(room_for(frame));
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    ZSTD_outBuffer out{plain.data(), plain.size(), 0};
    while (out.pos < out.size) {
        const std::size_t read = in.pos;
        const std::size_t written = out.pos;
        const std::size_t left = ZSTD_decompressStream(context.get(), &out, &in);
        if (ZSTD_isError(left) != 0 || left == 0 || (read == in.pos && written == out.pos))
            break;
    }
    plain.resize(out.pos);
    return plain;
}

class HeldFile final : public leveldb::RandomAccessFile {
public:
    explicit HeldFile(ByteView content)
        : content_(content) {}

    leveldb::Status Read(
        std::uint64_t offset, std::size_t count, leveldb::Slice* result, char* /*scratch*/
    ) const override {
        if (offset > content_.size())
            return leveldb::Status::IOError("behind the end");
        const std::string_view text = as_text(content_).substr(offset, count);
        *result = leveldb::Slice(text.data(), text.size());
        return leveldb::Status::OK();
    }

private:
    ByteView content_;
};

ByteView view_of(const leveldb::Slice& slice) {
    return as_view(std::string_view(slice.data(), slice.size()));
}

std::size_t hash_of(const std::uint8_t* begin, std::size_t bits) {
    const std::uint32_t word = read_u32_be(ByteView(begin, 4));
    constexpr std::uint32_t golden = 2654435769U;
    return (word * golden) >> (32 - bits);
}

} // namespace

RawSearch::RawSearch(std::vector<Bytes> needles)
    : needles_(std::move(needles))
    , beginnings_(std::make_unique<std::bitset<std::size_t{1} << hash_bits>>()) {
    for (std::size_t i = 0; i < needles_.size(); ++i) {
        ensure(needles_[i].size() >= needle_bytes_min);
        by_beginning_.emplace_back(read_u64_be(ByteView(needles_[i]).first(8)), i);
        beginnings_->set(hash_of(needles_[i].data(), hash_bits));
    }
    std::sort(by_beginning_.begin(), by_beginning_.end());
}

std::set<std::size_t> RawSearch::in_file(const std::string& name, ByteView content) const {
    std::set<std::size_t> found;
    search(content, 0, found);
    if (name.ends_with(".ldb") || name.ends_with(".sst"))
        search_table(content, found);
    return found;
}

std::set<std::size_t> RawSearch::in(ByteView content) const {
    std::set<std::size_t> found;
    search(content, 0, found);
    return found;
}

void RawSearch::search(ByteView content, std::size_t depth, std::set<std::size_t>& found) const {
    search_plain(content, found);
    if (depth == depth_max)
        return;
    auto at = content.begin();
    while (true) {
        at = std::search(at, content.end(), frame_magic.begin(), frame_magic.end());
        if (at == content.end())
            return;
        const ByteView frame = content.subspan(static_cast<std::size_t>(at - content.begin()));
        const Bytes plain =
            unpack_beginning(frame.first(std::min(frame.size(), unpacked_bytes_max)));
        search(plain, depth + 1, found);
        ++at;
    }
}

void RawSearch::search_plain(ByteView content, std::set<std::size_t>& found) const {
    if (content.size() < needle_bytes_min)
        return;
    const std::uint8_t* const data = content.data();
    for (std::size_t at = 0; at + needle_bytes_min <= content.size(); ++at) {
        if (!beginnings_->test(hash_of(data + at, hash_bits)))
            continue;
        const std::uint64_t beginning = read_u64_be(content.subspan(at, 8));
        auto candidate = std::lower_bound(
            by_beginning_.begin(), by_beginning_.end(), std::pair(beginning, std::size_t{0})
        );
        for (; candidate != by_beginning_.end() && candidate->first == beginning; ++candidate) {
            const Bytes& needle = needles_[candidate->second];
            const ByteView rest = content.subspan(at);
            if (needle.size() <= rest.size() &&
                std::equal(needle.begin(), needle.end(), rest.begin()))
                found.insert(candidate->second);
        }
    }
}

/// Snappy leaves no word of a block as it was, and a table keeps rows that later ones replace.
void RawSearch::search_table(ByteView content, std::set<std::size_t>& found) const {
    HeldFile file(content);
    leveldb::Table* opened = nullptr;
    if (!leveldb::Table::Open({}, &file, content.size(), &opened).ok())
        return;
    const std::unique_ptr<leveldb::Table> table(opened);
    const std::unique_ptr<leveldb::Iterator> row(table->NewIterator({}));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        search(view_of(row->key()), 1, found);
        search(view_of(row->value()), 1, found);
    }
}

std::vector<Bytes> halves_of(const std::vector<std::string>& words) {
    std::vector<Bytes> halves;
    for (const std::string& word : words) {
        const ByteView bytes = as_view(word);
        halves.push_back(to_bytes(bytes.first(bytes.size() / 2)));
        halves.push_back(to_bytes(bytes.subspan(bytes.size() / 2)));
    }
    return halves;
}

} // namespace staffroom::tests
