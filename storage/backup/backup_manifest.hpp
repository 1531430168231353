// What one backup holds: the files of a data folder, each as named parts, and who says so. It lies
// sealed beside the parts, and comes back from a disk that anybody may have written to, so reading
// is bounded and no path leads out of the folder. Not here: sealing, and where parts lie
// (backup_target).
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/signature.hpp"
#include "protocol/identity/chain.hpp"

#include <string>
#include <vector>

namespace staffroom::storage {

/// Bytes of one part before it is sealed: a segment grows by its last part alone.
inline constexpr std::size_t part_bytes_max = 1U << 20U;
/// A terabyte of files in a million of them; its parts take 36 bytes each.
inline constexpr std::size_t manifest_bytes_max = 64UL << 20U;

/// Stored: never renumber.
enum class BackupKind : std::uint8_t {
    file = 1,
    rows = 2, // of a database: key and value of each, in key order
};

struct BackupPart {
    Digest name;         // keyed hash of the content
    std::uint32_t bytes; // of the content
    friend bool operator==(const BackupPart&, const BackupPart&) = default;
};

struct BackupFile {
    BackupKind kind;
    std::string path; // inside the data folder
    std::vector<BackupPart> parts;
    friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupManifest {
    WallTime made;
    SigningPublicKey node; // whose signature stands above it
    Bytes chain;           // of the school, which certifies that key
    std::vector<BackupFile> files;
    friend bool operator==(const BackupManifest&, const BackupManifest&) = default;
};

/// Returns the bytes of all contents together.
[[nodiscard]] std::uint64_t content_bytes(const BackupManifest& manifest);

/// Tells whether a backup may bring a file with this path and kind: a part of a data folder that a
/// backup has, and nothing above or beside it.
[[nodiscard]] bool is_backup_path(const std::string& path, BackupKind kind);

/// Returns the signature and what it signs.
[[nodiscard]] Bytes
encode_signed_manifest(const BackupManifest& manifest, const crypto::SigningKey& key);
/// Reads one. The attack: whoever may write where backups lie puts one of his own there, with
/// accounts that he can sign in to; what the school's phrase opens is sealed to a public key. So it
/// must be signed by a node of the chain in it; whether that chain is this school's is for the
/// caller to see. Errors: truncated, malformed, too_large, unknown_version, bad_signature, those of
/// IdentityChain::parse.
///
/// No part in it has two lengths: readers ask for parts by their name.
[[nodiscard]] Result<BackupManifest>
parse_signed_manifest(ByteView bytes, crypto::Verifier& verifier);

/// Tells whether the key that has signed it is in force in `chain`, which is the best one known of
/// the school. The attack: a stolen server brings the chain along in which its key has not ended,
/// and its backup is the newest one.
[[nodiscard]] bool
is_signed_in_force(const BackupManifest& manifest, const identity::IdentityChain& chain);

} // namespace staffroom::storage
