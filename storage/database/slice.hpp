// Conversions between LevelDB's Slice and our ByteView, which mean the same.
#pragma once

#include "protocol/base/bytes.hpp"

#include <leveldb/slice.h>

namespace staffroom::storage {

/// Returns the bytes of a slice, for as long as the slice's own memory lives.
inline ByteView view_of(const leveldb::Slice& slice) {
    return as_view({slice.data(), slice.size()});
}

} // namespace staffroom::storage
