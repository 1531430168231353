// The data folder of one school: its keys, its identity chain and its settings file. Made once by
// `init`, opened by the node, and by `doctor` and `verify` when the node is stopped. Not here: the
// store, which has its own lock and its own format, and the meaning of the settings, which belongs
// to node/base/config.
//
//   DIR/staffroom.toml   settings, for people            DIR/keys       0600, this node's secrets
//   DIR/identity         wire identity chain             DIR/store/     made at the first start
//   DIR/files/           attached files, likewise     DIR/page.toml   what the page has set
//
// `keys` is written last: a folder has been initialised exactly when it is there.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/identity/chain.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::storage {

/// The secrets of one node. A thief of them cannot become the school: that takes the recovery
/// phrase.
struct FolderKeys {
    crypto::Secret32 signing_seed;
    crypto::Secret32 transport;
    crypto::Secret32 encryption;
    crypto::Secret32 local; // keys hashes that never leave this machine
};

struct InitOptions {
    std::string settings; // the whole text of staffroom.toml
    WallTime created;
};

struct NewNode {
    SchoolId school;
    std::vector<std::string> phrase; // 24 words, kept nowhere
};

struct NodeFolder {
    FolderKeys keys;
    Bytes chain; // wire identity chain
    SchoolId school;
    bool keys_exposed; // others on this machine may read the keys; worth a warning
};

[[nodiscard]] std::filesystem::path settings_path(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path keys_path(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path identity_path(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path store_path(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path files_path(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path socket_path(const std::filesystem::path& folder);

/// Makes the folder (0700) where it is missing and a new school in it; synced before it returns.
/// Errors: already_exists (initialised before), io_error (read-only, not a folder), disk_full,
/// not_allowed (the folder is another user's, or others may write in it).
[[nodiscard]] Result<NewNode>
create_node_folder(const std::filesystem::path& folder, const InitOptions& options, Random& random);

/// Makes the secrets of a new node.
[[nodiscard]] FolderKeys make_folder_keys(Random& random);
/// Returns what a root key signs so that `keys` may speak for the school.
[[nodiscard]] identity::Certificate certificate_of(const FolderKeys& keys, Random& random);

/// Makes a folder for a school that exists already: its chain certifies `keys`. Errors: those of
/// create_node_folder, corrupt (the chain does not certify the keys).
[[nodiscard]] Result<void> adopt_node_folder(
    const std::filesystem::path& folder,
    const std::string& settings,
    const FolderKeys& keys,
    ByteView chain
);
/// Puts a longer chain in the place of the one that is there, and new keys where they are given.
/// The chain goes first: it certifies the old keys too, so that the power may go in between. Only
/// while no node runs on the folder. Errors: as adopt_node_folder.
[[nodiscard]] Result<void> replace_identity(
    const std::filesystem::path& folder, ByteView chain, const FolderKeys* keys = nullptr
);

/// Opens a folder. Errors: not_found (never initialised), unknown_version (made by a newer
/// version), corrupt (a file is damaged, or keys and identity belong to two different schools),
/// io_error (cannot be read or written).
[[nodiscard]] Result<NodeFolder> open_node_folder(const std::filesystem::path& folder);

/// Reads the content of the files keys and identity, as `open_node_folder` does; `folder` is named
/// in errors only.
[[nodiscard]] Result<NodeFolder>
parse_node_folder(const std::filesystem::path& folder, ByteView keys, Bytes chain);

/// Returns true when `init` has been carried out here. Opens nothing.
[[nodiscard]] bool is_node_folder(const std::filesystem::path& folder);

/// Checks that this user may run a node in this folder: the folder and its keys are its own, and
/// nobody else may write there. Errors: not_allowed; the detail says whose it is, or who may write.
/// A folder that is not there is nobody's.
[[nodiscard]] Result<void> check_ownership(const std::filesystem::path& folder);
/// Returns the name of the user that owns this file; its number where it has no name, empty where
/// there is no such file.
[[nodiscard]] std::string own_user_name();
[[nodiscard]] std::string owner_name(const std::filesystem::path& path);

/// Checks that a new file can be made in the folder. Errors: io_error when it cannot; the detail
/// says why.
[[nodiscard]] Result<void> check_writable(const std::filesystem::path& folder);

} // namespace staffroom::storage
