#include "protocol/replica/files/file_places.hpp"

namespace staffroom::replica {
namespace {

Bytes key_of(const SpaceId& space, const Digest& hash) {
    Bytes key = to_bytes(space.view());
    append(key, hash.view());
    return key;
}

} // namespace

Result<void> FilePlaces::restore(const Image& image) {
    for (const Row& row : image.rows) {
        if (row.kind != RowKind::file_place || row.key.size() != 64)
            continue;
        const ByteView key(row.key);
        places_.emplace(*SpaceId::from(key.first(32)), *Digest::from(key.subspan(32)));
    }
    return {};
}

bool FilePlaces::add(const SpaceId& space, const Digest& hash) {
    if (!places_.emplace(space, hash).second)
        return false;
    rows_.push_back({RowKind::file_place, key_of(space, hash), {1}});
    return true;
}

void FilePlaces::remove(const Digest& hash) {
    for (auto at = places_.begin(); at != places_.end();) {
        if (at->second != hash) {
            ++at;
            continue;
        }
        rows_.push_back({RowKind::file_place, key_of(at->first, hash), {}});
        at = places_.erase(at);
    }
}

} // namespace staffroom::replica
