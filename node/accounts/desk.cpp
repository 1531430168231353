#include "node/accounts/desk.hpp"

#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <algorithm>
#include <memory>

namespace staffroom::accounts {
namespace {

namespace fs = std::filesystem;

std::string text_tag(std::string_view text) {
    return to_base32(crypto::sha256(as_view(text)).view().first(16));
}

WallTime wall_of(fs::file_time_type time) {
    const auto wall = std::chrono::file_clock::to_sys(time).time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(wall).count();
    return {static_cast<std::uint64_t>(std::max<decltype(ms)>(ms, 0))};
}

Result<void> make_private(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error)
        fs::permissions(folder, fs::perms::owner_all, error);
    if (!error)
        return {};
    const bool is_full = error == std::errc::no_space_on_device;
    return fail(is_full ? Errc::disk_full : Errc::io_error, folder.string());
}

} // namespace

bool is_slot(std::string_view text) {
    return !text.empty() && text.size() <= slot_characters_max && text.front() != '-' &&
           std::ranges::all_of(text, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '-';
           });
}

template <class Value>
void Desk::perform(std::function<Result<Value>()> work, const Done<Value>& done) {
    const auto outcome = std::make_shared<std::optional<Result<Value>>>();
    core_.run_blocking(
        [work = std::move(work), outcome] { *outcome = work(); },
        [outcome, done] { done(std::move(**outcome)); }
    );
}

fs::path Desk::place_of(const PersonId& person) const {
    return folder_ / to_base32(person);
}

void Desk::list(const PersonId& person, const Done<std::vector<SavedRow>>& done) {
    perform<std::vector<SavedRow>>([this, person] { return rows_of(person); }, done);
}

void Desk::show(const PersonId& person, const std::string& slot, const Done<SavedText>& done) {
    perform<SavedText>([this, person, slot] { return read(person, slot); }, done);
}

void Desk::save(
    const PersonId& person,
    const std::string& slot,
    const std::string& text,
    const std::string& base,
    const Done<SavedText>& done
) {
    perform<SavedText>([=, this] { return write(person, slot, text, base); }, done);
}

void Desk::remove(const PersonId& person, const std::string& slot, const Done<void>& done) {
    perform<void>(
        [this, person, slot]() -> Result<void> {
            // A name that leads out of the folder would delete the node's keys.
            if (!is_slot(slot))
                return {};
            const fs::path folder = place_of(person);
            auto removed = files_.remove((folder / slot).string());
            if (!removed && removed.error().code == Errc::not_found)
                return {};
            return removed ? files_.sync_directory(folder.string()) : removed;
        },
        done
    );
}

void Desk::remove_all(const PersonId& person, const Done<std::vector<SavedRow>>& done) {
    perform<std::vector<SavedRow>>(
        [this, person]() -> Result<std::vector<SavedRow>> {
            auto rows = rows_of(person);
            if (!rows || rows->empty())
                return rows;
            const fs::path folder = place_of(person);
            for (const SavedRow& row : *rows)
                if (auto removed = files_.remove((folder / row.slot).string()); !removed)
                    return fail(removed.error());
            if (auto synced = files_.sync_directory(folder.string()); !synced)
                return fail(synced.error());
            return rows;
        },
        done
    );
}

Result<void> Desk::forget_records(const std::set<std::string>& ids) const {
    const auto people = files_.list(folder_.string());
    if (!people)
        return people.error().code == Errc::not_found ? Result<void>() : fail(people.error());
    for (const std::string& person : *people) {
        const std::string folder = (folder_ / person).string();
        const auto slots = files_.list(folder);
        if (!slots)
            return fail(slots.error());
        bool is_changed = false;
        for (const std::string& slot : *slots) {
            if (ids.count(slot.substr(0, slot.find('-'))) == 0)
                continue;
            auto removed = files_.remove((folder_ / person / slot).string());
            if (!removed && removed.error().code != Errc::not_found)
                return removed;
            is_changed = true;
        }
        if (is_changed)
            if (auto synced = files_.sync_directory(folder); !synced)
                return synced;
    }
    return {};
}

Result<SavedText> Desk::read(const PersonId& person, const std::string& slot) const {
    if (!is_slot(slot))
        return fail(Errc::not_found, "There is no text of this name.");
    const auto path = (place_of(person) / slot).string();
    auto bytes = storage::read_file(files_, path, saved_text_bytes_max);
    if (!bytes)
        return fail(bytes.error().code, "There is no text of this name.");
    std::string text(as_text(*bytes));
    std::string tag = text_tag(text);
    return SavedText{slot, std::move(text), std::move(tag)};
}

Result<std::vector<SavedRow>> Desk::rows_of(const PersonId& person) const {
    std::vector<SavedRow> rows;
    std::error_code error;
    for (fs::directory_iterator each(place_of(person), error), end; !error && each != end;
         each.increment(error)) {
        std::error_code unreadable;
        const std::string slot = each->path().filename().string();
        const auto bytes = each->file_size(unreadable);
        const auto changed = each->last_write_time(unreadable);
        if (!unreadable && is_slot(slot))
            rows.push_back({slot, bytes, wall_of(changed)});
    }
    std::ranges::sort(rows, [](const SavedRow& a, const SavedRow& b) {
        return a.changed != b.changed ? a.changed > b.changed : a.slot < b.slot;
    });
    return rows;
}

Result<SavedText> Desk::write(
    const PersonId& person,
    const std::string& slot,
    const std::string& text,
    const std::string& base
) const {
    if (!is_slot(slot))
        return fail(Errc::invalid_input, "The name of a text has small letters, digits and \"-\".");
    if (text.size() > saved_text_bytes_max)
        return fail(Errc::too_large, "A text that is saved by itself has at most 1 MiB.");
    const auto before = read(person, slot);
    if (!base.empty() && before && before->tag != base)
        return fail(Errc::already_exists, "Another window has saved this text meanwhile.");
    if (before && before->text == text)
        return *before;
    const auto others = rows_of(person);
    if (!others)
        return fail(others.error());
    std::size_t bytes = text.size();
    for (const SavedRow& row : *others)
        bytes += row.slot == slot ? 0 : row.bytes;
    if ((!before && others->size() >= saved_texts_max) || bytes > saved_texts_bytes_max)
        return fail(Errc::too_large, "So many unfinished texts are kept at most: finish some.");
    const fs::path folder = place_of(person);
    if (auto made = make_private(folder_); !made)
        return fail(made.error());
    if (auto made = make_private(folder); !made)
        return fail(made.error());
    const auto path = (folder / slot).string();
    if (auto written = storage::replace_file_durably(files_, path, as_view(text)); !written)
        return fail(written.error());
    return SavedText{slot, text, text_tag(text)};
}

} // namespace staffroom::accounts
