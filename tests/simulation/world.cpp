#include "tests/simulation/world.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/diffie_hellman.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::chrono::microseconds line_delay{2000};
constexpr std::chrono::microseconds disk_delay{500};

} // namespace

World::World(std::uint64_t seed)
    : seed_(seed) {}

std::size_t World::add_school(const std::string& name) {
    const std::size_t index = schools_.size();
    auto school = std::make_unique<School>();
    school->name = name;
    school->address = name + ":1";
    school->disk = std::make_unique<tests::TornFileSystem>();
    school->random = std::make_unique<tests::SeededRandom>(seed_ * 1000 + index);
    Random& random = *school->random;
    crypto::Secret32 root;
    crypto::Secret32 next_root;
    random.fill(root.writable());
    random.fill(next_root.writable());
    random.fill(school->signing_seed.writable());
    random.fill(school->transport_secret.writable());
    const auto transport = channel::TransportKeyPair::from_secret(school->transport_secret);
    const identity::Certificate certificate{
        crypto::public_key_of(school->signing_seed),
        transport.public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const identity::NewSchool made = identity::found_school(
        crypto::SigningKey(root), crypto::public_key_of(next_root), certificate, WallTime{1}, random
    );
    school->id = made.school;
    school->chain = made.wire;
    schools_.push_back(std::move(school));
    start(index, false);
    return index;
}

void World::start(std::size_t index, bool same_boot) {
    School& school = *schools_[index];
    storage::StoreOptions options;
    options.wait_for_background = true;
    auto store = storage::Store::open(*school.disk, "/disk/store", options);
    ensure(store.has_value());
    school.store = std::move(*store);
    auto files = storage::AttachmentStore::open(*school.disk, "/disk/files");
    ensure(files.has_value());
    school.files = std::move(*files);
    auto image = school.store->load_image();
    ensure(image.has_value());
    replica::NodeKeys keys{
        crypto::SigningKey(school.signing_seed),
        channel::TransportKeyPair::from_secret(school.transport_secret)};
    replica::ReplicaConfig config{std::move(keys), *school.id, school.chain, {}};
    if (same_boot)
        config.run_mark = school.mark;
    auto opened =
        replica::Replica::open(std::move(config), *image, *school.random, school.verifier);
    ensure(opened.has_value());
    school.replica = std::move(*opened);
    ++lives_[index];
    handle(index, replica::Wake{});
}

void World::stop(std::size_t index, bool crash) {
    cut_now(index);
    School& school = *schools_[index];
    school.replica.reset();
    school.store.reset();
    school.files.reset();
    ++lives_[index];
    if (crash) {
        std::array<std::uint8_t, 8> seed{};
        school.random->fill(seed);
        school.disk->crash(read_u64_be(seed));
    }
}

void World::at(std::chrono::microseconds delay, std::function<void()> run) {
    events_.push_back({now_ + delay, ++sequence_, std::move(run)});
    std::push_heap(events_.begin(), events_.end(), std::greater<>());
}

bool World::step() {
    if (events_.empty())
        return false;
    std::pop_heap(events_.begin(), events_.end(), std::greater<>());
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = std::max(now_, event.at);
    event.run();
    return true;
}

void World::handle(std::size_t index, replica::Input input) {
    School& school = *schools_[index];
    if (!school.replica)
        return;
    replica::Outbox outbox;
    const WallTime wall{static_cast<std::uint64_t>(now_.us / 1000) + 1'700'000'000'000};
    school.replica->handle(now_, wall, std::move(input), outbox);
    perform(index, std::move(outbox));
    arm(index);
}

void World::arm(std::size_t index) {
    const Instant next = std::max(schools_[index]->replica->next_wake(), now_);
    const std::uint64_t life = lives_[index];
    at(next - now_ + std::chrono::microseconds(1000), [this, index, life, next] {
        // An earlier timer that a later one has replaced does nothing.
        const bool is_due = lives_[index] == life && schools_[index]->replica &&
                            schools_[index]->replica->next_wake() <= now_;
        if (is_due && next <= now_)
            handle(index, replica::Wake{});
    });
}

void World::perform(std::size_t index, replica::Outbox outbox) {
    School& school = *schools_[index];
    const std::uint64_t life = lives_[index];
    const auto later = [&](std::chrono::microseconds delay, replica::Input input) {
        auto shared = std::make_shared<replica::Input>(std::move(input));
        at(delay, [this, index, life, shared] {
            if (lives_[index] == life)
                handle(index, std::move(*shared));
        });
    };
    for (replica::Output& output : outbox) {
        if (auto* open = std::get_if<replica::OpenLink>(&output)) {
            dial(index, *open);
        } else if (auto* send = std::get_if<replica::SendBytes>(&output)) {
            carry(index, *send);
        } else if (auto* closing = std::get_if<replica::CloseLink>(&output)) {
            close(index, closing->link, false);
        } else if (auto* store = std::get_if<replica::Store>(&output)) {
            auto outcome = school.store->commit(store->batch);
            if (outcome && !store->mark.empty())
                school.mark = store->mark;
            later(disk_delay, replica::StoreFinished{store->id, std::move(outcome)});
        } else if (auto* load = std::get_if<replica::Load>(&output)) {
            auto loaded = school.store->load(load->what);
            later(disk_delay, replica::LoadFinished{load->id, std::move(loaded)});
        } else if (const auto* work = std::get_if<replica::WorkOnFile>(&output)) {
            school.pieces_kept += std::holds_alternative<replica::KeepPiece>(work->what) ? 1U : 0U;
            auto outcome = school.files->perform(work->what);
            if (school.lie)
                school.lie(outcome);
            later(disk_delay, replica::FileWorkFinished{work->id, std::move(outcome)});
        } else if (auto* done = std::get_if<replica::Done>(&output)) {
            const auto asked = answers_.find({index, done->id.value});
            if (asked != answers_.end())
                asked->second = std::move(done->outcome);
        }
    }
}

void World::dial(std::size_t index, const replica::OpenLink& open) {
    const std::uint64_t life = lives_[index];
    at(line_delay, [this, index, life, open] {
        if (lives_[index] != life)
            return;
        std::size_t other = 0;
        while (other < schools_.size() && schools_[other]->address != open.address)
            ++other;
        const bool is_parted = parted_.count({std::min(index, other), std::max(index, other)}) > 0;
        if (other == schools_.size() || is_parted || !schools_[other]->replica ||
            !schools_[other]->listens) {
            handle(index, replica::DialFailed{open.link, Errc::unreachable});
            return;
        }
        const LinkId accepted{2 * ++last_accepted_};
        lines_[{index, open.link}] = {other, accepted};
        lines_[{other, accepted}] = {index, open.link};
        handle(other, replica::LinkOpened{accepted, false, schools_[index]->address});
        handle(index, replica::LinkOpened{open.link, true, open.address});
    });
}

void World::carry(std::size_t index, const replica::SendBytes& send) {
    schools_[index]->bytes_sent += send.bytes->size();
    const auto line = lines_.find({index, send.link});
    if (line == lines_.end())
        return;
    const auto [other, other_link] = line->second;
    const std::uint64_t life = lives_[index];
    at(line_delay, [this, other = other, other_link = other_link, bytes = send.bytes] {
        deliver(other, other_link, bytes);
    });
    at(line_delay, [this, index, life, link = send.link, count = send.bytes->size()] {
        if (lives_[index] == life)
            handle(index, replica::BytesSent{link, count});
    });
}

void World::deliver(std::size_t index, LinkId link, const SharedBytes& bytes) {
    const auto line = lines_.find({index, link});
    if (line == lines_.end())
        return;
    const std::size_t other = line->second.first;
    if (parted_.count({std::min(index, other), std::max(index, other)}) > 0)
        return;
    ByteView view(*bytes);
    const auto cut = cuts_.find(index);
    if (cut == cuts_.end()) {
        handle(index, replica::BytesArrived{link, view});
        return;
    }
    const std::size_t through = std::min(cut->second, view.size());
    cut->second -= through;
    if (through > 0)
        handle(index, replica::BytesArrived{link, view.first(through)});
    if (through < view.size()) {
        cuts_.erase(index);
        cut_now(index);
    }
}

void World::close(std::size_t index, LinkId link, bool tell_self) {
    const auto line = lines_.find({index, link});
    if (line == lines_.end())
        return;
    const auto [other, other_link] = line->second;
    lines_.erase(line);
    if (tell_self)
        handle(index, replica::LinkClosed{link});
    // What was sent before still goes out.
    at(line_delay + std::chrono::microseconds(1), [this, other = other, other_link = other_link] {
        if (lines_.erase({other, other_link}) > 0)
            handle(other, replica::LinkClosed{other_link});
    });
}

void World::cut_now(std::size_t index) {
    std::vector<LinkId> links;
    for (const auto& [end, other] : lines_) {
        if (end.first == index)
            links.push_back(end.second);
    }
    for (const LinkId link : links)
        close(index, link, true);
}

void World::cut_after(std::size_t index, std::size_t bytes) {
    cuts_[index] = bytes;
}
void World::part(std::size_t one, std::size_t other) {
    parted_.insert({std::min(one, other), std::max(one, other)});
}
void World::mend(std::size_t one, std::size_t other) {
    parted_.erase({std::min(one, other), std::max(one, other)});
}

void World::run_for(std::chrono::microseconds span) {
    const Instant end = now_ + span;
    while (!events_.empty() && events_.front().at <= end)
        step();
    now_ = end;
}

bool World::run_until(const std::function<bool()>& done, std::chrono::seconds patience) {
    const Instant end = now_ + patience;
    while (!done()) {
        if (now_ > end || !step())
            return false;
    }
    return true;
}

void World::send(std::size_t index, replica::CommandBody body) {
    handle(index, replica::Command{replica::RequestId{++last_request_}, std::move(body)});
}

Result<replica::Reply>
World::command(std::size_t index, replica::CommandBody body, std::chrono::seconds patience) {
    const std::pair<std::size_t, std::uint64_t> key{index, ++last_request_};
    answers_.emplace(key, std::nullopt);
    handle(index, replica::Command{replica::RequestId{key.second}, std::move(body)});
    const bool answered = run_until([&] { return answers_.at(key).has_value(); }, patience);
    auto node = answers_.extract(key);
    if (!answered)
        return fail(Errc::timed_out, "no answer in virtual time");
    return std::move(*node.mapped());
}

} // namespace staffroom::simulation
