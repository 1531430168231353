#include "protocol/replica/erasure/erasures.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

/// A disk that refused is asked again after this time.
constexpr std::chrono::seconds erasure_again_after{10};
/// The most targets of one CarryOut: each costs one look through all segments.
constexpr std::size_t targets_at_once = 4 * limits::erasure_entries_max;

/// The most orders of other networks that are looked at in one call: each costs up to hundreds of
/// signatures.
constexpr std::size_t proofs_at_once = 16;

constexpr std::uint8_t begun_byte = 0;
constexpr std::uint8_t done_byte = 1;

std::uint8_t byte_of(bool is_done) {
    return is_done ? done_byte : begun_byte;
}

} // namespace

Result<void> Erasures::restore(const Image& image) {
    for (const Row& row : image.rows) {
        const auto id = RevisionId::from(row.key);
        if (row.kind == RowKind::erasure && id && row.value.size() == 1)
            orders_.emplace(*id, row.value[0] == done_byte ? Progress::done : Progress::begun);
        if (row.kind == RowKind::withheld && id && row.value.size() == 2)
            locals_.emplace(
                *id,
                Local{
                    row.value[0] == static_cast<std::uint8_t>(BodyState::refused)
                        ? BodyState::refused
                        : BodyState::erased,
                    row.value[1] == done_byte ? Progress::done : Progress::begun}
            );
    }
    return {};
}

void Erasures::withhold(RequestId request, const WithholdEntries& command) {
    Waiting waiting{request, {}};
    for (const RevisionId& entry : command.entries) {
        Local& local =
            locals_.try_emplace(entry, Local{command.state, Progress::none}).first->second;
        // A deleted draft has nothing to refuse, and a refused record may be erased later.
        local.state = command.state == BodyState::erased ? BodyState::erased : local.state;
        if (local.progress == Progress::done)
            local.progress = Progress::begun; // done again, and answered when it is
        waiting.entries.insert(entry);
    }
    fetcher_.drop_withheld();
    is_looking_ = true;
    next_try_.reset();
    waiting_.push_back(std::move(waiting));
    if (command.entries.empty())
        answer(RevisionId(RevisionId::Raw{}), {});
}

// -------------------------------------------------------------------------------------- following

void Erasures::log_cut(const LogId& id) {
    const LogRecord* record = logbook_.find(id);
    if (record != nullptr && record->descriptor.channel == log::Channel::governance)
        ++cuts_;
}

void Erasures::follow(const NetworkState& network, Followed& followed) {
    followed.orders = network.order_count;
    followed.folds = network.folds;
    followed.cuts = cuts_;
    followed.links = book_.order_changes();
    const bool was_proving = std::exchange(is_proving_, false);
    const std::vector<network::PlacedOrder> orders = counting(network);
    followed.is_proven = !is_proving_;
    is_proving_ = is_proving_ || was_proving;
    const auto fold = [&](Place place) {
        std::vector<network::PlacedOrder> of_place;
        std::ranges::copy_if(orders, std::back_inserter(of_place), [&](const auto& placed) {
            return place_of(network, placed) == place;
        });
        return network::fold_erasures(
            of_place,
            {[&](const SchoolId& school) { return network.roster.is_member(school); },
             [&](const SchoolId& school) { return network.roster.is_coordinator(school); },
             [&](const SchoolId& one, const SchoolId& of) {
                 return place == Place::own && network.roster.succeeds(one, of);
             }}
        );
    };
    Followed now{};
    now.erased = fold(Place::own);
    now.erased_far = fold(Place::carried);
    for (const network::PlacedOrder& placed : orders)
        if (!reached_by(placed, now, place_of(network, placed)).empty())
            now.standing.emplace(placed.id, &network.orders.at(placed.log).at(placed.position));
    if (now.erased == followed.erased && now.erased_far == followed.erased_far &&
        now.standing == followed.standing)
        return;
    followed.erased = std::move(now.erased);
    followed.erased_far = std::move(now.erased_far);
    followed.standing = std::move(now.standing);
    list_own(network, followed);
    ++changes_;
    fetcher_.drop_withheld();
    is_looking_ = true;
    is_receipt_due_ = true;
    next_try_.reset();
}

/// The attack: a disk comes back from a backup, an order from another network waits for its chain,
/// and until then the words would be shown that it takes away.
bool Erasures::is_busy() const {
    const bool is_waiting =
        !book_.are_chains_read() && std::ranges::any_of(networks_.all(), [](const auto& each) {
            return !each.second.far_orders.empty();
        });
    return batch_ || is_looking_ || is_proving_ || is_waiting;
}

Erasures::Progress Erasures::progress_of(const RevisionId& order) const {
    const auto known = orders_.find(order);
    return known == orders_.end() ? Progress::none : known->second;
}

Erasures::Place
Erasures::place_of(const NetworkState& network, const network::PlacedOrder& placed) {
    return network.far_orders.count(placed.id) > 0 ? Place::carried : Place::own;
}

Erasures::Reached
Erasures::reached_by(const network::PlacedOrder& placed, const Followed& followed, Place place) {
    Reached reached;
    for (const RevisionId& entry : placed.order.entries)
        if (const auto kind = kind_in(followed, {placed.order.school, entry}, place))
            reached.emplace(entry, *kind);
    return reached;
}

/// Tells whether an order is carried out as far as it reaches now. One that has reached more, when
/// another order counted still, took words that others keep.
bool Erasures::is_settled(const network::PlacedOrder& placed, const Reached& reached) const {
    if (progress_of(placed.id) != Progress::done)
        return false;
    const auto is_as_ordered = [&](const auto& each) {
        return each.second == network::ErasureKind::whole || each.second == placed.order.kind;
    };
    const auto known = settled_.find(placed.id);
    if (known != settled_.end())
        return known->second == reached;
    return reached.size() == placed.order.entries.size() &&
           std::all_of(reached.begin(), reached.end(), is_as_ordered);
}

// ---------------------------------------------------------------------------------- carrying out

void Erasures::pump() {
    proofs_left_ = proofs_at_once;
    is_proving_ = false;
    for (const auto& [id, network] : networks_.all()) {
        Followed& followed = followed_[id];
        if (network.order_count > 0 && !is_followed(network, followed))
            follow(network, followed);
    }
    const bool may_try = !next_try_ || context_.now >= *next_try_;
    if (!batch_ && is_looking_ && may_try) {
        is_looking_ = false;
        next_try_.reset();
        if (Batch batch = next_batch(); !batch.targets.empty())
            begin(std::move(batch));
    }
    // What was not looked at yet may be to be done.
    if (is_receipt_due_ && !batch_ && !is_proving_ && book_.are_chains_read())
        write_receipts();
}

void Erasures::tick() {
    // A receipt of ours from a life before may say more than this disk has done.
    is_receipt_due_ = true;
}

std::optional<Instant> Erasures::deadline() const {
    return next_try_;
}

Erasures::Batch Erasures::next_batch() const {
    Batch batch;
    for (const auto& [entry, local] : locals_) {
        if (local.progress == Progress::done || batch.targets.size() >= targets_at_once)
            continue;
        batch.locals.push_back(entry);
        batch.targets.push_back({std::nullopt, context_.school, entry, local.state});
    }
    for (const auto& [id, followed] : followed_) {
        const NetworkState& network = networks_.all().at(id);
        add_orders(network, followed, batch);
        add_lifted(network, followed, batch);
    }
    return batch;
}

void Erasures::add_orders(const NetworkState& network, const Followed& followed, Batch& batch)
    const {
    for (const auto& [id, placed] : followed.standing) {
        const Place place = place_of(network, *placed);
        const Reached reached = reached_by(*placed, followed, place);
        if (is_settled(*placed, reached) || batch.targets.size() >= targets_at_once)
            continue;
        batch.orders.push_back(id);
        batch.reached.emplace(id, reached);
        for (const RevisionId& entry : placed->order.entries) {
            const auto kind = reached.find(entry);
            const bool is_whole =
                kind != reached.end() && kind->second == network::ErasureKind::whole;
            ErasureTarget target{network.space.id, placed->order.school, entry, BodyState::erased};
            target.is_only_of_files = !is_whole;
            target.is_of_carried = place == Place::carried;
            if (kind != reached.end())
                batch.targets.push_back(target);
            // Its text may be gone by an order that counts no longer.
            if (!is_whole && progress_of(id) != Progress::none)
                add_back(network, followed, *placed, entry, batch);
        }
    }
}

void Erasures::add_back(
    const NetworkState& network,
    const Followed& followed,
    const network::PlacedOrder& placed,
    const RevisionId& entry,
    Batch& batch
) {
    const Place place = place_of(network, placed);
    ErasureTarget target{network.space.id, placed.order.school, entry, BodyState::missing};
    target.is_of_carried = place == Place::carried;
    batch.targets.push_back(target);
    const RecordName name{placed.order.school, entry};
    if (place == Place::carried ||
        kind_in(followed, name, Place::carried) != network::ErasureKind::whole)
        return;
    target.state = BodyState::erased;
    target.is_of_carried = true;
    batch.targets.push_back(target);
}

/// An order that counts no longer, beyond a fork or by an ended key, took words that others may
/// still have.
void Erasures::add_lifted(const NetworkState& network, const Followed& followed, Batch& batch)
    const {
    for (const auto& [log, places] : network.orders) {
        for (const auto& [position, placed] : places) {
            if (followed.standing.count(placed.id) > 0 ||
                progress_of(placed.id) == Progress::none || batch.targets.size() >= targets_at_once)
                continue;
            batch.lifted.push_back(placed.id);
            const Reached reached = reached_by(placed, followed, place_of(network, placed));
            const auto is_whole = [&](const RevisionId& entry) {
                const auto kind = reached.find(entry);
                return kind != reached.end() && kind->second == network::ErasureKind::whole;
            };
            for (const RevisionId& entry : placed.order.entries)
                if (!is_whole(entry))
                    add_back(network, followed, placed, entry, batch);
        }
    }
}

std::vector<Row> Erasures::rows_of(const Batch& batch, Progress progress) const {
    const std::uint8_t byte = byte_of(progress == Progress::done);
    std::vector<Row> rows;
    for (const RevisionId& order : batch.orders)
        rows.push_back({RowKind::erasure, to_bytes(order.view()), {byte}});
    if (progress == Progress::done)
        for (const RevisionId& order : batch.lifted)
            rows.push_back({RowKind::erasure, to_bytes(order.view()), {}});
    for (const RevisionId& entry : batch.locals) {
        const auto state = static_cast<std::uint8_t>(locals_.at(entry).state);
        rows.push_back({RowKind::withheld, to_bytes(entry.view()), {state, byte}});
    }
    return rows;
}

/// Entries that were on their way to the disk when the order came are durable once this row is:
/// stores are done in the order given.
void Erasures::begin(Batch batch) {
    batch_ = std::move(batch);
    batch_->storing = logbook_.store_rows(rows_of(*batch_, Progress::begun));
}

void Erasures::note(const Batch& batch, Progress progress) {
    for (const RevisionId& order : batch.orders)
        orders_.insert_or_assign(order, progress);
    if (progress == Progress::done)
        for (const auto& [order, reached] : batch.reached)
            settled_.insert_or_assign(order, reached);
    for (const RevisionId& entry : batch.locals)
        locals_.at(entry).progress = progress;
    if (progress == Progress::done)
        for (const RevisionId& order : batch.lifted)
            orders_.erase(order);
}

void Erasures::store_finished(StoreId id, bool succeeded) {
    if (!batch_ || batch_->storing != id)
        return;
    batch_->storing.reset();
    if (!succeeded)
        return give_up({Errc::io_error, "the disk has refused to note what is to be erased"});
    if (!batch_->is_carried_out) {
        note(*batch_, Progress::begun);
        batch_->erasing = ErasureId{++context_.last_erasure};
        const bool has_links = std::ranges::any_of(networks_.all(), [&](const auto& each) {
            return each.second.link_act_count > 0; // entries here may carry others' records
        });
        context_.emit(CarryOut{*batch_->erasing, batch_->targets, without_files(), has_links});
        return;
    }
    const Batch done = std::move(*batch_);
    batch_.reset();
    note(done, Progress::done);
    for (const RevisionId& entry : done.locals)
        answer(entry, {});
    is_looking_ = true; // what came meanwhile
    is_receipt_due_ = true;
}

std::vector<FilelessEntry> Erasures::without_files() const {
    std::vector<FilelessEntry> entries;
    for (const auto& [id, followed] : followed_)
        for (const Place place : {Place::own, Place::carried})
            for (const auto& [entry, kind] :
                 place == Place::own ? followed.erased : followed.erased_far)
                if (kind == network::ErasureKind::files_only)
                    entries.push_back(
                        {log::space_of(id), entry.first, entry.second, place == Place::carried}
                    );
    return entries;
}

void Erasures::erasure_finished(ErasureId id, const Result<ErasureResult>& outcome) {
    if (!batch_ || batch_->erasing != id)
        return;
    batch_->erasing.reset();
    if (!outcome)
        return give_up(outcome.error());
    for (const ErasedPlace& place : outcome->places)
        logbook_.note_state(place.log, place.position, place.state);
    for (const Digest& file : outcome->files)
        places_.remove(file);
    batch_->is_carried_out = true;
    batch_->storing = logbook_.store_rows(rows_of(*batch_, Progress::done));
}

void Erasures::give_up(Error why) {
    const Batch failed = std::move(*batch_);
    batch_.reset();
    is_looking_ = true;
    next_try_ = context_.now + erasure_again_after;
    for (const RevisionId& entry : failed.locals)
        answer(entry, fail(why));
}

void Erasures::answer(const RevisionId& entry, const Result<void>& outcome) {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
        at->entries.erase(entry);
        if (outcome && !at->entries.empty()) {
            ++at;
            continue;
        }
        if (outcome)
            context_.emit(Done{at->request, Reply(EntriesWithheld{})});
        else
            context_.emit(Done{at->request, fail(outcome.error())});
        at = waiting_.erase(at);
    }
}

} // namespace staffroom::replica
