// The first start on an empty folder: the node makes a school without a name, and the page leads
// whoever has the code through the rest. Until three words of the phrase are typed the school is
// nobody's yet: a start before that begins with another one, because its phrase is lost.
#include "node/app.hpp"
#include "node/base/clock.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace staffroom::node {
namespace {

namespace fs = std::filesystem;

/// Stands in the folder while nobody has the phrase.
constexpr const char* phrase_mark = "setup.phrase";
constexpr std::chrono::milliseconds answer_time{300}; // for the last answer of this life

/// What a start makes in a folder; nothing else is ever taken away.
constexpr std::array<const char*, 14> own_names{
    "accounts",
    "api.token",
    "files",
    "https.imported.pem",
    "https.pem",
    "identity",
    "index",
    "keys",
    "mark",
    "setup.code",
    "staffroom.toml",
    "store",
    "texts",
    phrase_mark};

bool is_empty_folder(const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error;
}

/// A TOML string: what a name may hold is checked before, so only these need an escape.
std::string toml_text(std::string_view text) {
    std::string out = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\')
            out += '\\';
        out += letter;
    }
    return out + "\"";
}

std::string first_settings(const std::string& name, const std::string& place) {
    std::string text = "# The settings of this school's node; every one stands in "
                       "staffroom.toml(5).\n\n[school]\n";
    // Only what somebody has said: an empty name here would win over the machine's own settings.
    if (!name.empty())
        text += "name = " + toml_text(name) + "\n";
    if (!place.empty())
        text += "place = " + toml_text(place) + "\n";
    return text;
}

/// Three different places, in order.
std::array<std::size_t, 3> three_of(std::size_t words, Random& random) {
    std::array<std::size_t, 3> places{};
    do {
        for (std::size_t& place : places)
            place = static_cast<std::size_t>(random.below(words));
        std::ranges::sort(places);
    } while (places[0] == places[1] || places[1] == places[2]);
    return places;
}

/// Errors: in_use (another node is being set up in this folder).
Result<void> nobody_runs(storage::FileSystem& files, const fs::path& data) {
    std::error_code error;
    const fs::path store = storage::store_path(data);
    if (!fs::exists(store, error))
        return {};
    const auto lock = files.lock(storage::store_paths(store.string()).lock);
    if (!lock && lock.error().code == Errc::in_use)
        return fail(lock.error());
    return {};
}

} // namespace

Result<void> App::begin_school() {
    const fs::path& data = options_.data;
    std::error_code error;
    const bool is_unfinished = fs::exists(data / phrase_mark, error);
    if (is_unfinished) {
        if (auto unused = nobody_runs(files_, data); !unused)
            return unused;
        for (const char* name : own_names)
            fs::remove_all(data / name, error);
    }
    // What else somebody has laid into the folder since is theirs, and no reason to stay away.
    if (!is_unfinished && !is_empty_folder(data))
        return {};
    // First, so that a school whose making was cut short is never taken for one that is whole.
    const auto mark = (data / phrase_mark).string();
    if (auto marked = storage::replace_file_durably(files_, mark, {}); !marked)
        return marked;
    auto made =
        storage::create_node_folder(data, {first_settings("", ""), runtime::wall_now()}, random_);
    if (!made)
        return fail(made.error());
    const auto asked = three_of(made->phrase.size(), random_);
    fresh_ = accounts::FreshSchool{std::move(made->phrase), asked};
    return {};
}

/// On the pool.
Result<void> App::name_school(const std::string& name, const std::string& place) {
    const auto path = storage::settings_path(options_.data).string();
    const std::string text = first_settings(name, place);
    return storage::replace_file_durably(files_, path, as_view(text));
}

/// The page of the first start writes name and place beside the data, and the node may have its
/// settings from another file, which it may not write.
void App::take_given_name() {
    const auto path = storage::settings_path(options_.data).string();
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto given =
        load_config(text, path, [](const std::string&) -> std::optional<std::string> {
            return std::nullopt;
        });
    if (!given)
        return; // whoever wrote it looks there with `staffroom config check`
    config_.name = given->values.name;
    if (config_.place.empty())
        config_.place = given->values.place;
}

/// On the pool. The school is whole: the next life begins with its name.
Result<void> App::keep_phrase() {
    if (auto removed = files_.remove((options_.data / phrase_mark).string()); !removed)
        return removed;
    if (auto synced = files_.sync_directory(options_.data.string()); !synced)
        return synced;
    boost::asio::post(io_, [this] { begin_again(Ending::named); });
    return {};
}

/// On the pool.
Result<void> App::take_up_keys(const Digest& tip) {
    const auto folder = storage::open_node_folder(options_.data);
    if (!folder)
        return fail(folder.error());
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(folder->chain, verifier);
    if (!chain || chain->tip() != tip)
        return fail(Errc::invalid_input, "The folder holds another chain of keys.");
    boost::asio::post(io_, [this] { begin_again(Ending::new_keys); });
    return {};
}

/// Ends this life once its last answer has left.
void App::begin_again(Ending why) {
    if (ending_ != Ending::none)
        return;
    ending_ = why;
    last_words_.expires_after(answer_time);
    last_words_.async_wait([this](const boost::system::error_code& failed) {
        if (!failed && !metrics_.is_stopping)
            stop();
    });
}

} // namespace staffroom::node
