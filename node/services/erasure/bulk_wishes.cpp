#include "node/services/erasure/bulk_wishes.hpp"

#include "storage/files/posix_files.hpp"

#include <sstream>

namespace staffroom::services {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{64} * 1024;
constexpr const char* nobody = "-";

} // namespace

Result<BulkAnswer>
BulkWishes::ask(const std::string& what, const std::string& person, WallTime now, bool only_look) {
    auto wishes = read();
    if (!wishes)
        return fail(wishes.error());
    const auto [known, is_new] = wishes->try_emplace(what, Wish{person, nobody, now.ms});
    if (is_new && wishes->size() > bulk_wishes_max)
        return fail(Errc::too_large, "Too many wishes to erase wait for a second person.");
    Wish& wish = known->second;
    const bool is_second = wish.second == nobody && wish.first != person;
    if (is_second)
        wish.second = person;
    if ((is_new || is_second) && !only_look)
        if (auto written = write(*wishes); !written)
            return fail(written.error());
    const WallTime due{wish.asked_ms + bulk_wait_ms};
    if (wish.second == nobody)
        return BulkAnswer{BulkStanding::needs_second, due};
    return BulkAnswer{now < due ? BulkStanding::needs_time : BulkStanding::may_go, due};
}

Result<void> BulkWishes::forget(const std::string& what) {
    auto wishes = read();
    if (!wishes)
        return fail(wishes.error());
    wishes->erase(what);
    return write(*wishes);
}

/// A line that cannot be read is no wish: it is asked for again.
Result<std::map<std::string, BulkWishes::Wish>> BulkWishes::read() const {
    storage::PosixFileSystem files;
    std::map<std::string, Wish> wishes;
    const auto content = storage::read_file(files, file_.string(), file_bytes_max);
    if (!content && content.error().code == Errc::not_found)
        return wishes;
    if (!content)
        return fail(content.error());
    std::istringstream lines{std::string(as_text(*content))};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string what;
        Wish wish;
        if (words >> what >> wish.first >> wish.second >> wish.asked_ms)
            wishes.emplace(std::move(what), std::move(wish));
    }
    return wishes;
}

Result<void> BulkWishes::write(const std::map<std::string, Wish>& wishes) const {
    std::string content;
    for (const auto& [what, wish] : wishes)
        content += what + " " + wish.first + " " + wish.second + " " +
                   std::to_string(wish.asked_ms) + "\n";
    storage::PosixFileSystem files;
    return storage::replace_file_durably(files, file_.string(), as_view(content));
}

} // namespace staffroom::services
