// The row that remembers which file an imported record came from. Keyed with a secret of this node,
// so that nobody can try out from the store which documents a school has read. Called by
// services/publishing; the command line takes the digest of what it asks from here.
#pragma once

#include "node/services/records/record_file.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/crypto/secret.hpp"

#include <string>

namespace staffroom::services {

struct OriginRow {
    Bytes key; // keyed hash of space and origin
    Bytes
        value; // keyed hash of the file's bytes; behind it, of what was asked, where that says all
};

[[nodiscard]] OriginRow origin_row(
    const crypto::Secret32& secret,
    const SpaceId& space,
    const std::string& origin,
    const std::string& file
);
[[nodiscard]] Bytes
origin_key(const crypto::Secret32& secret, const SpaceId& space, const std::string& origin);

/// Whether a record depends on nothing but its request, and nothing has to be said of it.
[[nodiscard]] bool says_all(const RecordRequest& request, const ReadRecord& read);
/// All that a request says but where it goes, and without its attachments: two of the same digest
/// and of one origin ask for the same record.
[[nodiscard]] Digest request_digest(const RecordRequest& request);
/// Puts the digest into a row whose record depends on nothing else: no other file, nothing that had
/// to be said. Then the same request need not be looked at again.
void remember_request(OriginRow& row, const crypto::Secret32& secret, const Digest& request);

/// Whether a stored value is of this very file.
[[nodiscard]] bool is_of_file(const Bytes& stored, const OriginRow& row);
/// Whether a stored value remembers this very request.
[[nodiscard]] bool
is_of_request(const Bytes& stored, const crypto::Secret32& secret, const Digest& request);

/// The origin of a document by the place where it stands on this machine: a keyed hash of its
/// folder, then its name. The same for every later import, whatever folder is named; it tells
/// nobody where that is.
[[nodiscard]] std::string origin_of_place(const crypto::Secret32& secret, const std::string& place);

} // namespace staffroom::services
