// Texts that people have not finished: what a form saves by itself while somebody writes, so that
// a power cut, a closed lid or an ended session costs no word. Each is a file of its own, because
// a deleted text has to be gone from the disk. Seen by its person alone; no rule reads it, and it
// never enters a log. The disk work runs on the pool.
//
//   DIR/texts/PERSON/SLOT
#pragma once

#include "node/accounts/base/role.hpp"
#include "node/runtime/running_node.hpp"
#include "protocol/base/limits.hpp"
#include "storage/files/file_system.hpp"

#include <filesystem>
#include <functional>
#include <set>

namespace staffroom::accounts {

inline constexpr std::size_t saved_text_bytes_max = 1024 * limits::kib;
inline constexpr std::size_t saved_texts_max = 300;
inline constexpr std::size_t saved_texts_bytes_max = 64 * limits::kib * limits::kib;
inline constexpr std::size_t slot_characters_max = 100;

/// A record's id, also with "-N" behind it, or "new-KIND-RANDOM": small letters, digits and dashes.
[[nodiscard]] bool is_slot(std::string_view text);

struct SavedText {
    std::string slot;
    std::string text;
    std::string tag; // another one for each other text
};

struct SavedRow {
    std::string slot;
    std::uint64_t bytes;
    WallTime changed;
};

class Desk {
public:
    Desk(services::RunningNode& core, storage::FileSystem& files, std::filesystem::path folder)
        : core_(core)
        , files_(files)
        , folder_(std::move(folder)) {}

    template <class Value> using Done = std::function<void(Result<Value>)>;

    // Errors: not_found, io_error, disk_full.
    void list(const PersonId& person, const Done<std::vector<SavedRow>>& done);
    void show(const PersonId& person, const std::string& slot, const Done<SavedText>& done);
    /// `base`: the tag of the text that this one goes on from; empty: whatever is there. Errors:
    /// also already_exists (another window has saved meanwhile), too_large.
    void save(
        const PersonId& person,
        const std::string& slot,
        const std::string& text,
        const std::string& base,
        const Done<SavedText>& done
    );
    /// Nothing happens where there is none.
    void remove(const PersonId& person, const std::string& slot, const Done<void>& done);
    /// All texts of a person; `done` gets what there was.
    void remove_all(const PersonId& person, const Done<std::vector<SavedRow>>& done);
    /// Removes what anybody has begun to write on top of these records: it says what they said, and
    /// would outlive their erasure. Blocks on the disk. Errors: io_error.
    [[nodiscard]] Result<void> forget_records(const std::set<std::string>& ids) const;

private:
    template <class Value>
    void perform(std::function<Result<Value>()> work, const Done<Value>& done);
    [[nodiscard]] std::filesystem::path place_of(const PersonId& person) const;
    [[nodiscard]] Result<SavedText> read(const PersonId& person, const std::string& slot) const;
    [[nodiscard]] Result<std::vector<SavedRow>> rows_of(const PersonId& person) const;
    [[nodiscard]] Result<SavedText> write(
        const PersonId& person,
        const std::string& slot,
        const std::string& text,
        const std::string& base
    ) const;

    services::RunningNode& core_;
    storage::FileSystem& files_;
    std::filesystem::path folder_;
};

} // namespace staffroom::accounts
