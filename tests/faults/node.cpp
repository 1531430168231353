#include "tests/faults/node.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/diffie_hellman.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/log/entry.hpp"
#include "storage/store/erasure.hpp"

namespace staffroom::faults {
namespace {

constexpr std::size_t least_write_buffer = 64UL * 1024; // LevelDB's least: compactions happen

storage::SalvageOptions options() {
    storage::SalvageOptions options;
    options.store.database.write_buffer_bytes = least_write_buffer;
    options.store.wait_for_background = true;
    options.is_first_revision = [](ByteView header) {
        const auto parsed = log::parse_header(header);
        return parsed && log::begins_document(*parsed);
    };
    return options;
}

} // namespace

Identity make_identity(std::uint64_t seed) {
    tests::SeededRandom random(seed);
    crypto::Secret32 root;
    crypto::Secret32 next_root;
    crypto::Secret32 signing;
    crypto::Secret32 transport;
    for (auto* secret : {&root, &next_root, &signing, &transport})
        random.fill(secret->writable());
    const auto pair = channel::TransportKeyPair::from_secret(transport);
    const identity::Certificate certificate{
        crypto::public_key_of(signing),
        pair.public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const identity::NewSchool made = identity::found_school(
        crypto::SigningKey(root), crypto::public_key_of(next_root), certificate, WallTime{1}, random
    );
    return {made.school, made.wire, std::move(signing), std::move(transport)};
}

void Ledger::head_left(const log::SignedHead& head) {
    const auto [at, is_new] = heads.try_emplace({head.head.log, head.head.size}, head.head.root);
    second_heads += !is_new && at->second != head.head.root ? 1U : 0U;
}

std::string Ledger::difference(const storage::Store& held, bool& with_next) const {
    with_next = false;
    std::string text = store.difference(held);
    if (text.empty() || under_way.empty())
        return text;
    tests::StoreOracle next = store;
    for (const replica::StoreBatch& batch : under_way)
        next.apply(batch);
    const std::string other = next.difference(held);
    with_next = other.empty();
    return with_next ? "" : text + " / " + other;
}

std::string Ledger::settle(const storage::Store& held, bool& with_next) {
    std::string text = difference(held, with_next);
    if (with_next) {
        for (const replica::StoreBatch& batch : under_way)
            store.apply(batch);
    }
    under_way.clear();
    return text;
}

Result<Started> Node::start(const Boot& boot) {
    random_ = std::make_unique<tests::SeededRandom>(boot.seed);
    is_failing_ = false;
    is_damaged_ = false;
    is_retrying_ = false;
    answers_.clear();
    Started started;
    auto opened = open_parts(boot, started);
    if (!opened) {
        stop();
        return fail(opened.error());
    }
    return started;
}

Result<void> Node::open_parts(const Boot& boot, Started& started) {
    storage::SalvageOptions how = options();
    how.is_known_damaged = boot.is_known_damaged;
    auto opened = storage::open_or_salvage(boot.disk, store_folder, how);
    if (!opened)
        return fail(opened.error());
    store_ = std::move(opened->store);
    started.salvaged = std::move(opened->salvaged);
    bool with_next = false;
    if (keeps_ledger && !ledger.under_way.empty())
        started.difference = ledger.settle(*store_, with_next);
    auto files = storage::AttachmentStore::open(boot.disk, "/disk/files");
    if (!files)
        return fail(files.error());
    files_ = std::move(*files);
    if (auto made = boot.disk.create_directory("/disk/run"); !made)
        return made;
    mark_.emplace(boot.disk, "/disk", "/disk/run", boot.id);
    replica::ReplicaConfig config{
        {crypto::SigningKey(identity_.signing),
         channel::TransportKeyPair::from_secret(identity_.transport)},
        identity_.school,
        identity_.chain,
        {}};
    if (const auto marked = mark_->read_run()) {
        for (const storage::MarkedLog& log : *marked)
            config.run_mark.push_back({log.log, log.size, log.root});
    }
    auto made = replica::Replica::open(std::move(config), opened->image, *random_, verifier_);
    if (!made)
        return fail(made.error());
    replica_ = std::move(*made);
    return {};
}

void Node::stop() {
    replica_.reset();
    store_.reset();
    files_.reset();
    mark_.reset();
}

void Node::handle(Instant now, replica::Input input, replica::Outbox& out) {
    answers_.push_back(std::move(input));
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        // Moved out first: what follows grows the vector.
        replica::Input next = std::move(answers_[i]);
        if (const auto* finished = std::get_if<replica::StoreFinished>(&next))
            is_failing_ = is_failing_ && finished->outcome.has_value();
        replica::Outbox effects;
        const WallTime wall{static_cast<std::uint64_t>(now.us / 1000) + 1'700'000'000'000};
        replica_->handle(now, wall, std::move(next), effects);
        perform(effects, out);
    }
    answers_.clear();
}

void Node::perform(replica::Outbox& effects, replica::Outbox& out) {
    std::vector<replica::Store*> group;
    for (replica::Output& effect : effects) {
        if (auto* store = std::get_if<replica::Store>(&effect))
            group.push_back(store);
        else if (const auto* load = std::get_if<replica::Load>(&effect))
            answers_.emplace_back(replica::LoadFinished{load->id, read(*load)});
        else if (const auto* work = std::get_if<replica::WorkOnFile>(&effect))
            answers_.emplace_back(replica::FileWorkFinished{work->id, files_->perform(work->what)});
        else if (const auto* erasure = std::get_if<replica::CarryOut>(&effect))
            answers_.emplace_back(replica::ErasureFinished{
                erasure->id, storage::Erasure(*store_, *files_, *erasure).run()});
        else
            out.push_back(std::move(effect));
    }
    if (!group.empty())
        commit(group);
}

/// As the daemon's pool does it: one commit for the group, then the mark, then the answers.
void Node::commit(const std::vector<replica::Store*>& group) {
    std::vector<const replica::StoreBatch*> batches;
    const std::vector<replica::MarkedLog>* mark = nullptr;
    for (const replica::Store* store : group) {
        batches.push_back(&store->batch);
        mark = store->mark.empty() ? mark : &store->mark;
    }
    Result<void> outcome = fail(Errc::io_error, "an earlier commit failed");
    Result<void> marked = outcome;
    if (!is_failing_) {
        if (keeps_ledger)
            try_with_ledger(batches, outcome);
        else
            outcome = store_->commit(batches);
        marked = outcome;
        if (outcome && mark != nullptr)
            marked = write_mark(*mark);
        is_failing_ = !marked;
        is_damaged_ = is_damaged_ || (!outcome && outcome.error().code == Errc::corrupt);
    }
    for (const replica::Store* store : group) {
        const bool is_own = !store->mark.empty();
        answers_.emplace_back(replica::StoreFinished{store->id, is_own ? marked : outcome});
        if (!marked || !is_own)
            continue;
        // From here on the core may show the heads of our own logs to anybody.
        for (const replica::LogAppend& append : store->batch.appends)
            ledger.head_left(append.after.head);
    }
}

void Node::try_with_ledger(
    const std::vector<const replica::StoreBatch*>& batches, Result<void>& outcome
) {
    // Of several that fail one after the other only the first can have reached the disk.
    if (!is_retrying_) {
        ledger.under_way.clear();
        for (const replica::StoreBatch* batch : batches)
            ledger.under_way.push_back(*batch);
    }
    outcome = store_->commit(batches);
    is_retrying_ = !outcome;
    if (!outcome)
        return;
    ledger.under_way.clear();
    for (const replica::StoreBatch* batch : batches)
        ledger.store.apply(*batch);
}

Result<void> Node::write_mark(const std::vector<replica::MarkedLog>& logs) {
    std::vector<storage::MarkedLog> marked;
    for (const replica::MarkedLog& log : logs)
        marked.push_back({log.log, log.size, log.root});
    return mark_->write(marked);
}

Result<replica::Loaded> Node::read(const replica::Load& load) {
    auto answer = store_->load(load.what);
    is_damaged_ = is_damaged_ || (!answer && answer.error().code == Errc::corrupt);
    return answer;
}

} // namespace staffroom::faults
