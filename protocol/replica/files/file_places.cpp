#include "protocol/replica/files/file_places.hpp"

namespace staffroom::replica {

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
    Bytes key = to_bytes(space.view());
    append(key, hash.view());
    rows_.push_back({RowKind::file_place, std::move(key), {1}});
    return true;
}

} // namespace staffroom::replica
