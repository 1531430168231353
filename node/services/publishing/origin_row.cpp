#include "node/services/publishing/origin_row.hpp"

#include "protocol/crypto/hash.hpp"

namespace staffroom::services {

OriginRow origin_row(
    const crypto::Secret32& secret,
    const SpaceId& space,
    const std::string& origin,
    const std::string& file
) {
    // Space ids are 32 bytes and the other word is not, so no key is ever a value.
    const auto hashed = [&](ByteView what, std::string_view words) {
        const Digest digest = crypto::Hasher(crypto::HashLabel::origin, secret.view())
                                  .update_sized(what)
                                  .update_sized(as_view(words))
                                  .finish();
        return to_bytes(digest.view());
    };
    return {hashed(space.view(), origin), hashed(as_view("file"), file)};
}

} // namespace staffroom::services
