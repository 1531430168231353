#include "tests/simulation/world/world.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/crypto/diffie_hellman.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::chrono::microseconds timer_grain{1000};

} // namespace

World::World(std::uint64_t seed)
    : seed_(seed)
    , verifier_([this](const SigningPublicKey& key, const log::Head& head) {
        witness_.head_seen(key, head);
    }) {}

// ---------------------------------------------------------------------------------------- schools

std::size_t World::add_school(const std::string& name) {
    const std::size_t index = schools_.size();
    auto school = std::make_unique<School>();
    school->name = name;
    school->address = name + ":1";
    school->disk = std::make_unique<tests::TornFileSystem>();
    school->random = std::make_unique<tests::SeededRandom>(seed_ * 1000 + index);
    Random& random = *school->random;
    random.fill(school->root_seed.writable());
    random.fill(school->next_root_seed.writable());
    random.fill(school->signing_seed.writable());
    random.fill(school->transport_secret.writable());
    const auto transport = channel::TransportKeyPair::from_secret(school->transport_secret);
    const identity::Certificate certificate{
        crypto::public_key_of(school->signing_seed),
        transport.public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const identity::NewSchool made = identity::found_school(
        crypto::SigningKey(school->root_seed),
        crypto::public_key_of(school->next_root_seed),
        certificate,
        WallTime{1},
        random
    );
    school->id = made.school;
    school->chain = made.wire;
    witness_.meet(index, made.school, certificate.signing_key);
    schools_.push_back(std::move(school));
    start(index, false);
    return index;
}

std::size_t World::add_guest(const std::string& name, std::unique_ptr<Guest> guest) {
    auto school = std::make_unique<School>();
    school->name = name;
    school->address = name + ":1";
    school->guest = std::move(guest);
    schools_.push_back(std::move(school));
    witness_.distrust(schools_.size() - 1);
    return schools_.size() - 1;
}

void World::replace_by(std::size_t index, std::unique_ptr<Guest> guest) {
    stop(index, false);
    schools_[index]->guest = std::move(guest);
    witness_.distrust(index);
}

void World::start(std::size_t index, bool same_boot) {
    const bool is_started = try_start(index, same_boot);
    ensure(is_started);
}

bool World::try_start(std::size_t index, bool same_boot) {
    School& school = *schools_[index];
    auto opened = open_disk(*school.disk);
    trace_.note("start", index, opened ? 1 : 0);
    if (!opened) {
        trace_.say(std::string(errc_name(opened.error().code)) + " " + opened.error().detail);
        falls(index);
        return false;
    }
    school.store = std::move(opened->store);
    school.files = std::move(opened->files);
    witness_.image_opened(opened->image);
    replica::NodeKeys keys{
        crypto::SigningKey(school.signing_seed),
        channel::TransportKeyPair::from_secret(school.transport_secret)};
    replica::ReplicaConfig config{std::move(keys), *school.id, school.chain, {}};
    if (same_boot)
        config.run_mark = school.mark;
    auto replica =
        replica::Replica::open(std::move(config), opened->image, *school.random, verifier_);
    ensure(replica.has_value());
    school.replica = std::move(*replica);
    ++school.life;
    school.armed.reset();
    handle(index, replica::Wake{});
    return is_running(index);
}

void World::stop(std::size_t index, bool crash) {
    School& school = *schools_[index];
    if (crash)
        school.replica.reset(); // who falls says nothing
    cut_now(index);
    school.replica.reset();
    school.store.reset();
    school.files.reset();
    if (school.fall)
        school.disk->heal();
    school.fall.reset();
    ++school.life;
    answers_.erase(answers_.lower_bound({index, 0}), answers_.lower_bound({index + 1, 0}));
    publishing_.erase(publishing_.lower_bound({index, 0}), publishing_.lower_bound({index + 1, 0}));
    if (crash) {
        std::array<std::uint8_t, 8> seed{};
        school.random->fill(seed);
        school.disk->crash(read_u64_be(seed));
    }
}

void World::arm_fall(std::size_t index, std::uint64_t writes, Fall fall) {
    School& school = *schools_[index];
    school.fall = ArmedFall{school.disk->operations() + writes, fall};
    school.disk->fail_from(school.fall->operation, Errc::io_error);
}

/// True when the write that an armed fall waited for has been reached: the node is off then.
bool World::falls(std::size_t index) {
    School& school = *schools_[index];
    if (!school.fall || school.disk->operations() <= school.fall->operation)
        return false;
    const Fall fall = school.fall->fall;
    trace_.note("fall", index, school.fall->operation);
    school.replica.reset();
    stop(index, fall == Fall::power);
    school.disk->heal();
    if (fallen_)
        fallen_(index, fall);
    return true;
}

DiskImage World::take_image(std::size_t index) const {
    const School& school = *schools_[index];
    return {school.disk->clone(), school.mark, witness_.holdings(index)};
}

void World::put_image(std::size_t index, DiskImage image) {
    School& school = *schools_[index];
    ensure(school.replica == nullptr);
    school.disk = std::move(image.disk);
    witness_.went_back(index, std::move(image.holdings));
}

// ----------------------------------------------------------------------------------------- events

void World::at(Instant when, std::function<void()> act) {
    events_.push(std::max(when, now_), Act{std::move(act)});
}

bool World::step() {
    if (events_.is_empty())
        return false;
    Event event = events_.pop();
    now_ = std::max(now_, event.at);
    trace_.note(event);
    const auto is_alive = [this](std::size_t index, std::uint64_t life) {
        return schools_[index]->life == life;
    };
    if (auto* crossing = std::get_if<Crossed>(&event.what)) {
        crossed(*crossing);
    } else if (auto* due = std::get_if<Due>(&event.what)) {
        School& school = *schools_[due->school];
        if (!is_alive(due->school, due->life) || !school.replica || school.armed != event.at)
            return true;
        school.armed.reset();
        if (school.replica->next_wake() <= now_)
            handle(due->school, replica::Wake{});
        else
            arm(due->school);
    } else if (auto* answer = std::get_if<Answered>(&event.what)) {
        if (is_alive(answer->school, answer->life))
            handle(answer->school, std::move(*answer->input));
    } else if (auto* dial = std::get_if<Dialled>(&event.what)) {
        if (is_alive(dial->school, dial->life))
            dialled(dial->school, dial->open);
    } else if (auto* end = std::get_if<HungUp>(&event.what)) {
        hung_up(end->line, end->at_dialler);
    } else {
        std::get<Act>(event.what).perform();
    }
    return true;
}

void World::handle(std::size_t index, replica::Input input) {
    School& school = *schools_[index];
    if (!school.replica)
        return;
    replica::Outbox outbox;
    school.replica->handle(now_, school.clock.read(now_), std::move(input), outbox);
    perform(index, std::move(outbox));
    check_memory(index);
    arm(index);
}

/// One timer a school: a later wish waits behind an earlier one.
void World::arm(std::size_t index) {
    School& school = *schools_[index];
    if (!school.replica)
        return;
    const Instant due = std::max(school.replica->next_wake(), now_) + timer_grain;
    if (school.armed && *school.armed <= due)
        return;
    school.armed = due;
    events_.push(due, Due{index, school.life});
}

void World::later(std::size_t index, replica::Input input) {
    const School& school = *schools_[index];
    events_.push(
        now_ + school.disk_delay,
        Answered{index, school.life, std::make_unique<replica::Input>(std::move(input))}
    );
}

void World::run_for(std::chrono::microseconds span) {
    const Instant end = now_ + span;
    while (!events_.is_empty() && events_.next_at() <= end)
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

// --------------------------------------------------------------------------------------- commands

void World::send(std::size_t index, replica::CommandBody body, Answer answer) {
    const std::pair<std::size_t, std::uint64_t> key{index, ++last_request_};
    if (answer)
        answers_.emplace(key, std::move(answer));
    if (const auto* publish = std::get_if<replica::PublishRecords>(&body))
        publishing_.emplace(key, publish->drafts.front().space);
    handle(index, replica::Command{replica::RequestId{key.second}, std::move(body)});
}

Result<replica::Reply>
World::command(std::size_t index, replica::CommandBody body, std::chrono::seconds patience) {
    auto reply = std::make_shared<std::optional<Result<replica::Reply>>>();
    send(index, std::move(body), [reply](Result<replica::Reply> outcome) {
        *reply = std::move(outcome);
    });
    if (!run_until([&] { return reply->has_value(); }, patience))
        return fail(Errc::timed_out, "no answer in virtual time");
    return std::move(**reply);
}

} // namespace staffroom::simulation
