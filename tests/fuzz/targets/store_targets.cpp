// A store against plain maps: the input says what is written, what fails and when the power goes.
// An acknowledged write is there afterwards; any other is there whole or not at all.
#include "protocol/base/ensure.hpp"
#include "storage/store/salvage.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/store_oracle.hpp"
#include "tests/support/store/torn_files.hpp"

namespace staffroom::fuzz {
namespace {

using replica::BodyState;
using replica::StoreBatch;
using tests::LogBuilder;
using tests::StoreOracle;

constexpr std::string_view folder = "/disk/store";
constexpr std::size_t steps_max = 48;

struct MissingBody {
    std::size_t builder;
    replica::BodyFill fill;
};

/// The store, its twin, and those who write the logs.
class Model {
public:
    Model() {
        for (std::uint64_t seed = 1; seed <= 3; ++seed)
            builders_.emplace_back(tests::LogOptions{
                .seed = seed,
                .channel = seed == 3 ? log::Channel::governance : log::Channel::records,
                .header_bytes = 60 + 40 * seed,
                .body_bytes = 300 * seed});
        open();
    }

    void append(std::uint8_t amount, std::uint8_t which) {
        const std::size_t index = which % builders_.size();
        LogBuilder next = builders_[index];
        const bool is_governance = index == 2;
        const std::uint64_t begin = next.state().stored.value;
        std::vector<replica::NewEntry> entries;
        std::vector<MissingBody> missing;
        for (std::size_t i = 0; i <= amount % 24U; ++i) {
            const bool is_missing = !is_governance && (i + which) % 5 == 4;
            entries.push_back(next.make_entry(is_missing ? BodyState::missing : BodyState::have));
            if (is_missing)
                missing.push_back(
                    {index,
                     {next.id(), Position{begin + i}, entries.back().revision, next.make_body()}}
                );
        }
        StoreBatch batch = tests::batch_of(next.append(std::move(entries)));
        add_row(batch, which);
        if (commit(batch)) {
            builders_[index] = std::move(next);
            missing_.insert(missing_.end(), missing.begin(), missing.end());
        }
    }
    void fill(std::uint8_t which) {
        if (missing_.empty())
            return;
        const auto at = missing_.begin() + which % static_cast<std::ptrdiff_t>(missing_.size());
        StoreBatch batch;
        batch.bodies.push_back(at->fill);
        if (commit(batch))
            missing_.erase(at);
    }
    void change_row(std::uint8_t which) {
        StoreBatch batch;
        add_row(batch, which);
        static_cast<void>(commit(batch));
    }
    void reopen() {
        store_.reset();
        files_.heal();
        open();
    }
    void crash(std::uint8_t seed) {
        store_.reset();
        files_.crash(seed);
        open();
    }
    void fail_once(std::uint8_t later) {
        files_.fail_once(files_.operations() + later % 16U, code_of(later));
    }
    void fail_from(std::uint8_t later) {
        files_.fail_from(files_.operations() + later % 16U, code_of(later));
    }
    /// Something is there that was not acknowledged; nobody can go on from it here.
    [[nodiscard]] bool is_over() const { return is_over_; }
    void compare() const { ensure(oracle_.difference(*store_).empty()); }

private:
    static Errc code_of(std::uint8_t choice) {
        return choice >= 128 ? Errc::disk_full : Errc::io_error;
    }
    void open() {
        storage::SalvageOptions options;
        options.store.database.write_buffer_bytes = 64UL * 1024; // LevelDB's least
        options.store.database.block_cache_bytes = 64UL * 1024;
        options.store.wait_for_background = true;
        auto opened = storage::open_or_salvage(files_, std::string(folder), options);
        ensure(opened.has_value());
        store_ = std::move(opened->store);
        settle_doubt();
    }
    /// Of the batches that were not acknowledged since the last that was, one may be there after
    /// all, whole.
    void settle_doubt() {
        const std::vector<StoreBatch> doubts = std::exchange(in_doubt_, {});
        if (oracle_.difference(*store_).empty())
            return;
        is_over_ = true;
        for (const StoreBatch& one : doubts) {
            StoreOracle with = oracle_;
            with.apply(one);
            if (with.difference(*store_).empty()) {
                oracle_ = std::move(with);
                return;
            }
        }
        ensure(false);
    }
    static void add_row(StoreBatch& batch, std::uint8_t which) {
        const Bytes value(which % 7U, which);
        batch.rows.push_back(
            {replica::RowKind::own, Bytes{static_cast<std::uint8_t>(which % 5U)}, value}
        );
    }
    [[nodiscard]] bool commit(const StoreBatch& batch) {
        const auto done = store_->commit(batch);
        if (done) {
            oracle_.apply(batch);
            in_doubt_.clear();
            return true;
        }
        in_doubt_.push_back(batch);
        return false;
    }

    tests::TornFileSystem files_;
    std::unique_ptr<storage::Store> store_;
    StoreOracle oracle_;
    std::vector<LogBuilder> builders_;
    std::vector<MissingBody> missing_;
    std::vector<StoreBatch> in_doubt_;
    bool is_over_ = false;
};

/// Two bytes a step: what, and how much or when.
void store(ByteView input) {
    Model model;
    InputReader in(input);
    for (std::size_t step = 0; step < steps_max && !in.is_empty() && !model.is_over(); ++step) {
        const std::uint8_t choice = in.u8();
        const std::uint8_t amount = in.u8();
        switch (choice % 9) {
        case 0:
        case 1:
        case 2: model.append(amount, choice / 9); break;
        case 3: model.fill(amount); break;
        case 4: model.change_row(amount); break;
        case 5: model.reopen(); break;
        case 6: model.crash(amount); break;
        case 7: model.fail_once(amount); break;
        default: model.fail_from(amount); break;
        }
    }
    if (!model.is_over())
        model.reopen();
    model.compare();
}

std::vector<Bytes> store_seeds() {
    const Bytes calm{0, 20, 9, 3, 18, 5, 3, 0, 4, 9, 5, 0, 1, 23, 3, 1, 10, 23, 5, 0};
    Bytes storm = calm;
    append(storm, Bytes{7, 3, 0, 9, 0, 4, 8, 5, 9, 20, 6, 77, 1, 3, 8, 130, 18, 4, 6, 9, 0, 2});
    return {calm, storm, {8, 2, 0, 9, 6, 1, 0, 9}};
}

} // namespace

Targets store_targets() {
    return {{"store", store, store_seeds, nullptr, 12}};
}

} // namespace staffroom::fuzz
