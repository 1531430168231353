#include "storage/backup/backup_keeping.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <optional>

namespace staffroom::storage {
namespace {

constexpr std::uint64_t clock_error_ms_max = 3'600'000;
/// Backups that are opened in one clearing: as many as may be kept, and as many again that count
/// for none.
constexpr std::size_t backups_read_max = 2000;

/// The backups of a target, by what becomes of them.
struct Sorted {
    std::vector<std::string> gone;
    std::vector<std::string> uncounted; // that stay all the same
    std::set<std::string> wanted;       // parts of those that stay and can be read
    std::set<std::string> left;         // parts of those that go
    bool knows_all_parts = true;        // of those that stay
    bool keeps_parts = false;           // one that stays was made by a newer version, or is unread
    std::optional<identity::IdentityChain> better; // than the one it was sorted by
};

void note_parts(const BackupManifest& manifest, std::set<std::string>& parts) {
    for (const BackupFile& file : manifest.files)
        for (const BackupPart& part : file.parts)
            parts.insert(to_base32(part.name));
}

class Sorting {
public:
    Sorting(
        const BackupTarget& target,
        const BackupKey& key,
        const identity::IdentityChain& chain,
        crypto::Verifier& verifier
    )
        : target_(target)
        , key_(key)
        , chain_(chain)
        , verifier_(verifier) {}

    /// The attack, or the bad sector: one damaged backup among those that stay must neither keep
    /// every old one on the disk for ever, erased words among them, nor, when all new ones are
    /// damaged, cost the last one that can be read.
    [[nodiscard]] Sorted sort(const std::vector<std::string>& ids, const Keeping& keeping) {
        std::size_t kept = 0;
        std::vector<std::string> ahead;
        const std::string last = backup_id({keeping.now.ms + clock_error_ms_max});
        for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
            if (*id > last)
                ahead.push_back(*id);
            else if (kept == keeping.count)
                sorted_.gone.push_back(*id);
            else if (counts(*id))
                ++kept;
        }
        for (const std::string& id : ahead)
            (void)counts(id); // it stays, whatever it is
        for (const std::string& id : sorted_.gone) {
            const auto manifest = read(id);
            if (!manifest)
                continue;
            note_parts(*manifest, sorted_.left);
            learn(*manifest);
        }
        std::ranges::sort(sorted_.uncounted);
        return std::move(sorted_);
    }

private:
    /// Reads a backup that stays, and tells whether it counts for one.
    [[nodiscard]] bool counts(const std::string& id) {
        const auto manifest = read(id);
        if (!manifest) {
            sorted_.knows_all_parts = false;
            sorted_.keeps_parts |=
                manifest.error().code == Errc::unknown_version || read_ >= backups_read_max;
            sorted_.uncounted.push_back(id);
            return false;
        }
        note_parts(*manifest, sorted_.wanted);
        learn(*manifest);
        if (is_signed_in_force(*manifest, chain_))
            return true;
        sorted_.uncounted.push_back(id);
        return false;
    }

    [[nodiscard]] Result<BackupManifest> read(const std::string& id) {
        if (read_ >= backups_read_max)
            return fail(Errc::too_large);
        ++read_;
        return target_.read_backup(key_, id, verifier_);
    }

    /// The node that sorts may be the one whose key has ended, and not have heard of it yet.
    void learn(const BackupManifest& manifest) {
        const auto& known = sorted_.better ? *sorted_.better : chain_;
        if (manifest.chain == known.wire() || manifest.chain == chain_.wire())
            return;
        auto chain = identity::IdentityChain::parse(manifest.chain, verifier_);
        if (chain && chain->school() == known.school() && chain->is_better_than(known))
            sorted_.better = std::move(*chain);
    }

    const BackupTarget& target_;
    const BackupKey& key_;
    const identity::IdentityChain& chain_;
    crypto::Verifier& verifier_;
    std::size_t read_ = 0;
    Sorted sorted_;
};

class Clearing {
public:
    Clearing(const BackupTarget& target, std::size_t gone_max)
        : target_(target)
        , gone_max_(gone_max) {}

    /// Takes the names of backups away, the oldest first. A part of one whose name stays is still
    /// wanted.
    void remove_backups(Sorted& sorted, const auto& read) {
        std::ranges::sort(sorted.gone);
        for (const std::string& id : sorted.gone) {
            if (cleared_.gone < gone_max_ && took(target_.remove_backup(id)))
                ++cleared_.gone;
            else if (const auto manifest = read(id))
                note_parts(*manifest, sorted.wanted);
        }
        if (cleared_.gone > 0)
            (void)took(target_.sync_backups());
    }

    /// Removes what nobody needs. Where a backup stays that cannot be read, its parts are not
    /// known: it may be one of the key before this one. Then only parts go that were of the backups
    /// that went.
    [[nodiscard]] Result<void> remove_parts(const Sorted& sorted) {
        if (sorted.keeps_parts)
            return {}; // it is whole for whoever can read it
        const auto folders = target_.part_folders();
        if (!folders)
            return fail(folders.error());
        for (const std::string& folder : *folders) {
            const auto files = target_.parts_in(folder);
            if (!files) {
                (void)took(fail(files.error()));
                continue;
            }
            std::set<std::string> whole;
            for (const PartFile& file : *files)
                if (!file.is_aside)
                    whole.insert(file.part);
            for (const PartFile& file : *files) {
                const bool has_come_again = file.is_aside && whole.contains(file.part);
                const bool is_wanted = sorted.wanted.contains(file.part) && !has_come_again;
                const bool may_go =
                    sorted.knows_all_parts || has_come_again || sorted.left.contains(file.part);
                if (!is_wanted && may_go)
                    (void)took(target_.remove_part(file));
            }
        }
        return {};
    }

    [[nodiscard]] Cleared take() { return std::move(cleared_); }

private:
    /// Tells whether something is gone; whoever else has taken it has done it too.
    bool took(const Result<void>& done) {
        if (done || done.error().code == Errc::not_found)
            return true;
        if (cleared_.stuck++ == 0)
            cleared_.why = done.error().detail;
        return false;
    }

    const BackupTarget& target_;
    std::size_t gone_max_;
    Cleared cleared_;
};

} // namespace

Result<Cleared> keep_newest(
    const BackupTarget& target,
    const BackupKey& key,
    const Keeping& keeping,
    crypto::Verifier& verifier
) {
    const auto ids = target.backups();
    if (!ids)
        return fail(ids.error());
    Sorted sorted = Sorting(target, key, keeping.chain, verifier).sort(*ids, keeping);
    while (sorted.better) {
        const auto chain = std::move(*sorted.better);
        sorted = Sorting(target, key, chain, verifier).sort(*ids, keeping);
    }
    Clearing clearing(target, keeping.gone_max);
    clearing.remove_backups(sorted, [&](const std::string& id) {
        return target.read_backup(key, id, verifier);
    });
    if (auto removed = clearing.remove_parts(sorted); !removed)
        return fail(removed.error());
    Cleared cleared = clearing.take();
    cleared.uncounted = std::move(sorted.uncounted);
    if (cleared.uncounted.size() > uncounted_named_max) {
        cleared.uncounted_more = cleared.uncounted.size() - uncounted_named_max;
        cleared.uncounted.resize(uncounted_named_max);
    }
    return cleared;
}

} // namespace staffroom::storage
