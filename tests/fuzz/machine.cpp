#include "tests/fuzz/machine.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/identity/chain.hpp"
#include "storage/store/erasure.hpp"

namespace staffroom::fuzz {
namespace {

crypto::Secret32 make_secret(Random& random) {
    crypto::Secret32 secret;
    random.fill(secret.writable());
    return secret;
}

} // namespace

SchoolKeys::SchoolKeys(std::uint64_t seed) {
    tests::SeededRandom random(seed);
    signing = make_secret(random);
    transport = make_secret(random);
    const crypto::SigningKey root(make_secret(random));
    const crypto::SigningKey next_root(make_secret(random));
    const replica::NodeKeys keys = node();
    const identity::Certificate certificate{
        keys.signing.public_key(),
        keys.transport.public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const identity::NewSchool made =
        identity::found_school(root, next_root.public_key(), certificate, WallTime{1}, random);
    chain = made.wire;
    school = made.school;
}

replica::NodeKeys SchoolKeys::node() const {
    return {crypto::SigningKey(signing), channel::TransportKeyPair::from_secret(transport)};
}

Machine::Machine(
    const SchoolKeys& keys, std::unique_ptr<tests::TornFileSystem> disk, std::uint64_t seed
)
    : disk_(std::move(disk))
    , random_(seed) {
    storage::StoreOptions options;
    options.wait_for_background = true;
    options.database.write_buffer_bytes = 1U << 20U;
    options.database.block_cache_bytes = 1U << 20U;
    auto store = storage::Store::open(*disk_, "/disk/store", options);
    ensure(store.has_value());
    store_ = std::move(*store);
    auto files = storage::AttachmentStore::open(*disk_, "/disk/files");
    ensure(files.has_value());
    files_ = std::move(*files);
    const auto image = store_->load_image();
    ensure(image.has_value());
    auto opened = replica::Replica::open(
        {keys.node(), *keys.school, keys.chain, {}}, *image, random_, verifier_
    );
    ensure(opened.has_value());
    replica_ = std::move(*opened);
    handle(replica::Wake{});
}

void Machine::feed(replica::Input input) {
    replica::Outbox outbox;
    const WallTime wall{static_cast<std::uint64_t>(now_.us / 1000) + 1'700'000'000'000};
    replica_->handle(now_, wall, std::move(input), outbox);
    for (replica::Output& output : outbox)
        perform(output);
}

void Machine::handle(replica::Input input) {
    feed(std::move(input));
    while (!waiting_.empty()) {
        replica::Input next = std::move(waiting_.front());
        waiting_.pop_front();
        feed(std::move(next));
    }
}

void Machine::perform(replica::Output& output) {
    if (auto* open = std::get_if<replica::OpenLink>(&output)) {
        dials_.push_back(std::move(*open));
    } else if (auto* send = std::get_if<replica::SendBytes>(&output)) {
        append(said_[send->link], *send->bytes);
        waiting_.emplace_back(replica::BytesSent{send->link, send->bytes->size()});
    } else if (auto* closing = std::get_if<replica::CloseLink>(&output)) {
        closed_.insert(closing->link);
    } else if (auto* batch = std::get_if<replica::Store>(&output)) {
        waiting_.emplace_back(replica::StoreFinished{batch->id, store_->commit(batch->batch)});
    } else if (auto* load = std::get_if<replica::Load>(&output)) {
        waiting_.emplace_back(replica::LoadFinished{load->id, store_->load(load->what)});
    } else if (const auto* work = std::get_if<replica::WorkOnFile>(&output)) {
        waiting_.emplace_back(replica::FileWorkFinished{work->id, files_->perform(work->what)});
    } else if (const auto* erasure = std::get_if<replica::CarryOut>(&output)) {
        waiting_.emplace_back(replica::ErasureFinished{
            erasure->id, storage::Erasure(*store_, *files_, *erasure).run()});
    } else if (auto* done = std::get_if<replica::Done>(&output)) {
        answers_.emplace(done->id, std::move(done->outcome));
    }
}

Result<replica::Reply> Machine::command(replica::CommandBody body) {
    const replica::RequestId request{++last_request_};
    handle(replica::Command{request, std::move(body)});
    ensure(answers_.contains(request));
    return answers_.at(request);
}

void Machine::wait(std::chrono::microseconds span) {
    now_ = now_ + span;
    handle(replica::Wake{});
}

Bytes Machine::take_said(replica::LinkId link) {
    return std::exchange(said_[link], {});
}

const Result<replica::Reply>* Machine::answer(replica::RequestId request) const {
    const auto at = answers_.find(request);
    return at == answers_.end() ? nullptr : &at->second;
}

} // namespace staffroom::fuzz
