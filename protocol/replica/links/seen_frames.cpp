#include "protocol/replica/links/seen_frames.hpp"

#include "protocol/base/limits.hpp"

#include <map>

namespace staffroom::replica {
namespace {

using wire::Fingerprint;

constexpr std::size_t frames_a_row = 16;
constexpr std::size_t row_bytes_max = frames_a_row * Fingerprint::size_bytes;
constexpr std::uint64_t rows_in_ring = limits::seen_first_frames_max / frames_a_row;
constexpr std::size_t number_bytes = 8;

} // namespace

void SeenFrames::restore(const Image& image) {
    std::map<std::uint64_t, ByteView> blocks;
    for (const Row& row : image.rows) {
        const bool is_one = row.kind == RowKind::first_frames && row.value.size() > number_bytes &&
                            (row.value.size() - number_bytes) % Fingerprint::size_bytes == 0;
        if (is_one)
            blocks.emplace(read_u64_be(row.value), ByteView(row.value).subspan(number_bytes));
    }
    for (const auto& [number, frames] : blocks) {
        for (std::size_t at = 0; at < frames.size(); at += Fingerprint::size_bytes) {
            const auto mac = *Fingerprint::from(frames.subspan(at, Fingerprint::size_bytes));
            if (seen_.insert(mac).second)
                order_.push_back(mac);
        }
        block_ = number;
        filling_ = to_bytes(frames);
    }
}

bool SeenFrames::remember(const Fingerprint& mac) {
    if (!seen_.insert(mac).second)
        return false;
    order_.push_back(mac);
    if (order_.size() > limits::seen_first_frames_max) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    if (filling_.size() >= row_bytes_max) {
        ++block_;
        filling_.clear();
    }
    append(filling_, mac.view());
    Bytes key;
    append_u16_be(key, static_cast<std::uint16_t>(block_ % rows_in_ring));
    Bytes value;
    append_u64_be(value, block_);
    append(value, filling_);
    rows_.push_back({RowKind::first_frames, std::move(key), std::move(value)});
    return true;
}

} // namespace staffroom::replica
