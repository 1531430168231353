#include "tests/support/node/solo_core.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/identity/chain.hpp"
#include "storage/store/erasure.hpp"

#include <unistd.h>

namespace staffroom::tests {
namespace {

crypto::Secret32 secret(Random& random) {
    crypto::Secret32 out;
    random.fill(out.writable());
    return out;
}

} // namespace

SoloCore::SoloCore(std::uint64_t seed)
    : random_(seed)
    , folder_(
          std::filesystem::temp_directory_path() /
          ("staffroom-solo-" + std::to_string(getpid()) + "-" + std::to_string(seed))
      ) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto store = storage::Store::open(files_, (folder_ / "store").string());
    ensure(store.has_value());
    store_ = std::move(*store);
    auto attachments = storage::AttachmentStore::open(files_, (folder_ / "files").string());
    ensure(attachments.has_value());
    attachments_ = std::move(*attachments);

    const crypto::SigningKey root(secret(random_));
    const crypto::SigningKey next_root(secret(random_));
    replica::NodeKeys keys{
        crypto::SigningKey(secret(random_)),
        channel::TransportKeyPair::from_secret(secret(random_))};
    const identity::Certificate certificate{
        keys.signing.public_key(),
        keys.transport.public_key,
        random_.make<EncryptionPublicKey>(),
        random_.make<identity::CertificateId>()};
    const auto founded =
        identity::found_school(root, next_root.public_key(), certificate, wall_, random_);
    const auto image = store_->load_image();
    ensure(image.has_value());
    auto opened = replica::Replica::open(
        {std::move(keys), founded.school, founded.wire, {}}, *image, random_, verifier_
    );
    ensure(opened.has_value());
    replica_ = std::move(*opened);
    queue_.emplace_back([this] { feed(replica::Wake{}); });
    settle();
}

SoloCore::~SoloCore() {
    replica_.reset();
    store_.reset();
    std::error_code unused;
    std::filesystem::remove_all(folder_, unused);
}

void SoloCore::settle() {
    while (!queue_.empty()) {
        const auto next = std::move(queue_.front());
        queue_.pop_front();
        next();
    }
}

void SoloCore::command(
    replica::CommandBody body, std::function<void(Result<replica::Reply>)> done
) {
    const replica::RequestId id{next_request_++};
    waiting_.emplace(id, std::move(done));
    // A std::function has to be copyable and a command may hold keys, which are not.
    auto input = std::make_shared<replica::Input>(replica::Command{id, std::move(body)});
    queue_.emplace_back([this, input] { feed(std::move(*input)); });
}

void SoloCore::run_blocking(std::function<void()> work, std::function<void()> then) {
    queue_.push_back(std::move(work));
    queue_.push_back(std::move(then));
}

void SoloCore::run_reading(
    std::function<void(const staffroom::runtime::StopSign&)> work, std::function<void()> then
) {
    run_blocking(
        [work = std::move(work)] { work(staffroom::runtime::StopSign()); }, std::move(then)
    );
}

void SoloCore::feed(replica::Input input) {
    now_ = now_ + std::chrono::milliseconds(1);
    wall_.ms += 1;
    replica::Outbox out;
    replica_->handle(now_, wall_, std::move(input), out);
    for (replica::Output& output : out) {
        if (const auto* store = std::get_if<replica::Store>(&output))
            perform(*store);
        else if (const auto* load = std::get_if<replica::Load>(&output))
            perform(*load);
        else if (const auto* work = std::get_if<replica::WorkOnFile>(&output))
            queue_.emplace_back([this, id = work->id, outcome = files().perform(work->what)] {
                feed(replica::FileWorkFinished{id, outcome});
            });
        else if (const auto* erasure = std::get_if<replica::CarryOut>(&output))
            queue_.emplace_back([this,
                                 id = erasure->id,
                                 outcome = storage::Erasure(*store_, files(), *erasure).run()] {
                feed(replica::ErasureFinished{id, outcome});
            });
        else if (auto* done = std::get_if<replica::Done>(&output))
            perform(*done);
        else if (const auto* notify = std::get_if<replica::Notify>(&output); notify && listener)
            listener(notify->notice);
    }
}

void SoloCore::perform(const replica::Store& output) {
    if (store_listener)
        store_listener(output.batch);
    auto outcome = store_->commit(output.batch);
    queue_.emplace_back([this, id = output.id, outcome] {
        feed(replica::StoreFinished{id, outcome});
        on_stored();
    });
}

void SoloCore::perform(const replica::Load& output) {
    auto loaded = store_->load(output.what);
    queue_.emplace_back([this, id = output.id, loaded] {
        feed(replica::LoadFinished{id, loaded});
    });
}

void SoloCore::perform(replica::Done& output) {
    const auto request = waiting_.find(output.id);
    ensure(request != waiting_.end());
    auto done = std::move(request->second);
    waiting_.erase(request);
    done(std::move(output.outcome));
}

} // namespace staffroom::tests
