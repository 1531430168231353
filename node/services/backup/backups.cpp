#include "node/services/backup/backups.hpp"

#include <array>

namespace staffroom::services {

Backups::~Backups() {
    is_stopping_ = true;
    if (thread_.joinable())
        thread_.join();
}

void Backups::create(const std::string& target, std::size_t keep, Done done) {
    if (is_running_) {
        parts_.post([done = std::move(done)] { done(fail(Errc::busy)); });
        return;
    }
    if (thread_.joinable())
        thread_.join(); // it has posted its result, so it is at its end
    is_running_ = true;
    thread_ = std::thread([this, target, keep, done = std::move(done)] {
        auto made = std::make_shared<Result<storage::BackupReport>>(make(target, keep));
        parts_.post([this, made, done] {
            is_running_ = false;
            done(*made);
        });
    });
}

Result<storage::BackupReport> Backups::make(const std::string& target, std::size_t keep) const {
    const auto key = own_key();
    if (!key)
        return fail(key.error());
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(parts_.folder.chain, verifier);
    if (!chain)
        return fail(chain.error());
    auto opened = storage::BackupTarget::open_to_write(parts_.files, target, parts_.folder.school);
    if (!opened)
        return fail(opened.error());
    const crypto::SigningKey signing(parts_.folder.keys.signing_seed);
    const storage::BackupSource source{
        parts_.data.string(), parts_.store, parts_.accounts, *chain, signing};
    auto made = storage::write_backup(parts_.files, source, *opened, *key, [this] {
        return is_stopping_.load();
    });
    if (!made)
        return made;
    // What is kept too long is no reason to say that this one failed.
    (void)opened->keep_newest(*key, keep, verifier);
    return made;
}

Result<storage::BackupKey> Backups::own_key() const {
    auto known = read_backup_key(parts_.files, parts_.data);
    if (known || known.error().code != Errc::not_found)
        return known;
    crypto::Secret32 secret;
    parts_.random.fill(secret.writable());
    const auto path = backup_key_path(parts_.data).string();
    if (auto kept = storage::replace_file_durably(parts_.files, path, secret.view()); !kept)
        return fail(kept.error());
    return storage::BackupKey(std::move(secret));
}

std::filesystem::path backup_key_path(const std::filesystem::path& data) {
    return data / "backup.key";
}

Result<storage::BackupKey>
read_backup_key(storage::FileSystem& files, const std::filesystem::path& data) {
    const auto bytes =
        storage::read_file(files, backup_key_path(data).string(), crypto::Secret32::size_bytes);
    if (!bytes)
        return fail(bytes.error());
    auto secret = crypto::Secret32::from(*bytes);
    if (!secret)
        return fail(Errc::corrupt, "The file backup.key is damaged.");
    return storage::BackupKey(std::move(*secret));
}

} // namespace staffroom::services
