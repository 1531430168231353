#include "node/services/backup/backups.hpp"

#include "node/base/clock.hpp"
#include "node/services/backup/backup_fault.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

/// Nodes that back up to one share begin in different minutes of the hour after two.
constexpr int quiet_hour_begin = 2 * 60;
constexpr int minutes_of_hour = 60;

/// The attack: a stolen session lowers how many backups are kept, and the next one takes a year of
/// them away. So a few go with each one that comes, and somebody sees it in time.
constexpr std::size_t gone_at_once_max = 5;

static_assert(unreadable_backups_max == storage::uncounted_named_max);

std::string state_path(const std::filesystem::path& data) {
    return (data / "backup.state").string();
}

/// Tells whether a folder, which need not be there yet, lies in another one or is it.
bool is_within(const std::filesystem::path& folder, const std::filesystem::path& data) {
    std::error_code error;
    const auto inner = std::filesystem::weakly_canonical(folder, error);
    const auto outer = std::filesystem::weakly_canonical(data, error);
    return std::ranges::mismatch(inner, outer).in2 == outer.end();
}

BackupState read_state(const BackupParts& parts) {
    const auto bytes =
        storage::read_file(parts.files, state_path(parts.data), backup_state_bytes_max);
    BackupState state = bytes ? parse_backup_state(as_text(*bytes)) : BackupState{};
    return state_for_folder(std::move(state), parts.config.backup_folder, runtime::wall_now());
}

} // namespace

Backups::Backups(BackupParts parts)
    : parts_(std::move(parts))
    , state_(read_state(parts_)) {}

Backups::~Backups() {
    is_stopping_ = true;
    if (thread_.joinable())
        thread_.join();
}

std::optional<BackupPlan> Backups::plan() const {
    const auto every = node::parse_period(parts_.config.backup_every);
    if (parts_.config.backup_folder.empty() || !every || every->count() == 0)
        return std::nullopt;
    const int minute = parts_.folder.school.view().front() % minutes_of_hour;
    return BackupPlan{*every, quiet_hour_begin + minute};
}

std::optional<std::uint64_t> Backups::next_ms() const {
    const auto when = plan();
    if (!when)
        return std::nullopt;
    return next_backup(state_, *when, runtime::wall_now()).ms;
}

void Backups::create(const BackupOrder& order, Done done) {
    if (is_running_) {
        parts_.post([done = std::move(done)] { done(fail(Errc::busy)); });
        return;
    }
    if (thread_.joinable())
        thread_.join(); // it has posted its result, so it is at its end
    is_running_ = true;
    thread_ = std::thread([this, order, done = std::move(done)] {
        auto made = std::make_shared<Result<storage::BackupReport>>(make(order));
        const auto state = std::make_shared<BackupState>(remembering(*made, order.folder));
        keep_state(*state);
        tell(*made, order.folder);
        parts_.post([this, made, state, done] {
            is_running_ = false;
            state_ = std::move(*state);
            done(*made);
        });
    });
}

/// What is remembered after this try. A backup that another process makes, and one that the node's
/// end cuts short, has not failed.
BackupState
Backups::remembering(const Result<storage::BackupReport>& made, const std::string& target) const {
    BackupState state = state_;
    const bool is_ours = target == state.folder;
    if (made) {
        const GoodBackup good{runtime::wall_now(), made->id, target};
        (is_ours ? state.good : state.elsewhere) = good;
        if (is_ours) {
            state.failed.reset();
            state.unreadable = made->uncounted;
            state.unreadable_more = made->uncounted_more;
            state.not_removed = made->stuck;
        }
        return state;
    }
    const Errc why = made.error().code;
    if (!is_ours || why == Errc::closed || why == Errc::in_use || why == Errc::busy)
        return state;
    const std::uint32_t before = state.failed ? state.failed->tries : 0;
    state.failed = FailedBackup{runtime::wall_now(), before + 1, backup_fault_code(made.error())};
    return state;
}

/// A disk that takes nothing more is told of elsewhere; this start still remembers.
void Backups::keep_state(const BackupState& state) const {
    const std::string text = encode_backup_state(state);
    const auto path = state_path(parts_.data);
    (void)storage::replace_file_durably(parts_.files, path, as_view(text));
}

void Backups::tell(const Result<storage::BackupReport>& made, const std::string& target) const {
    using node::TraceLevel;
    if (!made) {
        const BackupFault fault = backup_fault(backup_fault_code(made.error()), target);
        parts_.trace.event(
            made.error().code == Errc::closed ? TraceLevel::info : TraceLevel::warning,
            "backup.failed",
            {{"code", fault.code},
             {"why", std::string(errc_name(made.error().code))},
             {"detail", made.error().detail},
             {"sentence", fault.sentence},
             {"next", fault.next}}
        );
        return;
    }
    parts_.trace.event(
        TraceLevel::notice,
        "backup.made",
        {{"id", made->id},
         {"files", std::to_string(made->files)},
         {"bytes", std::to_string(made->bytes)},
         {"written", std::to_string(made->written)}}
    );
    if (!made->uncounted.empty())
        parts_.trace.event(
            TraceLevel::warning,
            "backup.unreadable",
            {{"count", std::to_string(made->uncounted.size() + made->uncounted_more)},
             {"first", made->uncounted.front()}}
        );
}

Result<storage::BackupReport> Backups::make(const BackupOrder& order) const {
    if (is_within(order.folder, parts_.data))
        return fail(Errc::invalid_input, order.folder + " lies in the data folder.");
    const auto key = own_key();
    if (!key)
        return fail(key.error());
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(parts_.folder.chain, verifier);
    if (!chain)
        return fail(chain.error());
    const bool may_begin = order.is_begun_anew || !has_backup_in(state_, order.folder);
    auto opened = storage::BackupTarget::open_to_write(
        order.folder,
        parts_.folder.school,
        may_begin ? storage::NewTarget::made : storage::NewTarget::refused
    );
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
    auto cleared = storage::keep_newest(
        *opened,
        *key,
        {order.keep, *storage::time_of_backup(made->id), *chain, gone_at_once_max},
        verifier
    );
    if (!cleared)
        cleared = storage::Cleared{.stuck = 1, .why = cleared.error().detail};
    if (cleared->stuck > 0)
        parts_.trace.event(
            node::TraceLevel::warning,
            "backup.not-cleared",
            {{"count", std::to_string(cleared->stuck)}, {"detail", cleared->why}}
        );
    made->uncounted = std::move(cleared->uncounted);
    made->uncounted_more = cleared->uncounted_more;
    made->stuck = cleared->stuck;
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
