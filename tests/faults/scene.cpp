#include "tests/faults/scene.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/records/body.hpp"
#include "protocol/wire/codec_records.hpp"

namespace staffroom::faults {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime far_ahead{9'000'000'000'000};

std::string random_text(Random& random, std::size_t characters) {
    std::string text;
    for (std::size_t i = 0; i < characters; ++i)
        text.push_back(static_cast<char>('!' + random.below(90)));
    return text;
}

} // namespace

MadeFile make_file(std::size_t size, std::uint64_t seed) {
    Bytes content(size);
    tests::SeededRandom random(seed);
    random.fill(content);
    const Digest hash = records::attachment_hash(content);
    return {{hash, size}, std::move(content)};
}

replica::RecordDraft
make_draft(const NetworkId& network, Random& random, std::size_t characters, const MadeFile* file) {
    records::RecordBody body;
    body.title = "A title";
    body.text = random_text(random, characters);
    if (file != nullptr)
        body.attachments.push_back(
            {to_bytes(file->name.hash.view()), "a.png", "image/png", file->name.size, ""}
        );
    auto encoded = records::encode_body(body);
    ensure(encoded.has_value());
    replica::RecordDraft draft{log::space_of(network), 1, std::nullopt, {}, {}, 4, 0, 0, 0, {}, {}};
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.attachment_bytes = file == nullptr ? 0 : file->name.size;
    draft.encoded = encoded->encoded;
    return draft;
}

Scene::Scene(const Schools& schools, tests::TornFileSystem& first, tests::TornFileSystem& second)
    : first_disk_(first)
    , second_disk_(second)
    , first_(schools.first, "first:1")
    , second_(schools.second, "second:1")
    , town_({&first_, &second_}) {}

void Scene::found() {
    ensure(town_.start(neighbour, {second_disk_, "boot", 7'000'000}).has_value());
    ensure(town_.start(tested, {first_disk_, boot_id(), 8'000'000}).has_value());
    auto founded = town_.command(tested, replica::CreateNetwork{"Forest", "talk", "Be kind."});
    ensure(founded.has_value());
    network_ = std::get<replica::NetworkCreated>(*founded).network;
    crypto::Secret32 psk;
    crypto::Secret32 seed;
    second_.random().fill(psk.writable());
    second_.random().fill(seed.writable());
    const crypto::SigningKey admit(seed);
    ensure(town_
               .command(
                   tested, replica::CreateInvitation{*network_, psk.copy(), admit.copy(), far_ahead}
               )
               .has_value());
    ensure(town_
               .command(
                   neighbour,
                   replica::JoinNetwork{psk.copy(), admit.copy(), first_.address(), seconds(20)}
               )
               .has_value());
    town_.run_for(seconds(3));
    ensure(is_same());
}

Result<Started> Scene::resume(bool is_same_boot, const std::function<void()>& look) {
    boots_ += is_same_boot ? 0U : 1U;
    ensure(town_.start(neighbour, {second_disk_, "boot", 7'500'000 + ++starts_}).has_value());
    const auto networks = second_.replica().networks();
    ensure(!networks.empty());
    network_ = networks.front().network;
    auto started = first_.start({first_disk_, boot_id(), 8'500'000 + starts_});
    if (started) {
        look();
        town_.wake(tested);
    }
    return started;
}

Result<Started> Scene::reopen(bool is_same_boot, bool is_known_damaged) {
    town_.stop(tested);
    boots_ += is_same_boot ? 0U : 1U;
    auto started =
        town_.start(tested, {first_disk_, boot_id(), 9'000'000 + ++starts_, is_known_damaged});
    if (started)
        town_.run_for(seconds(1));
    return started;
}

bool Scene::publish(std::size_t index, std::size_t count, const MadeFile* file) {
    replica::PublishRecords command;
    Random& random = node(index).random();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t characters = 100 + static_cast<std::size_t>(random.below(700));
        command.drafts.push_back(make_draft(*network_, random, characters, file));
    }
    return town_.command(index, std::move(command), seconds(5)).has_value();
}

bool Scene::attach(std::size_t index, const MadeFile& file) {
    if (!node(index).is_running())
        return false;
    auto added = node(index).files().add(file.name, 0, file.content);
    if (!added || !added->is_whole)
        return false;
    node(index).ledger.files.emplace(file.name, file.content);
    return publish(index, 1, &file);
}

bool Scene::is_same() {
    if (!first_.is_running() || !second_.is_running())
        return false;
    const auto ours = first_.replica().networks();
    const auto theirs = second_.replica().networks();
    for (const auto& one : theirs) {
        const auto other = std::find_if(ours.begin(), ours.end(), [&](const auto& mine) {
            return mine.network == one.network;
        });
        const bool is_equal = other != ours.end() && other->digest == one.digest &&
                              other->missing_entries + one.missing_entries == 0 &&
                              other->missing_bodies + one.missing_bodies == 0 &&
                              other->waiting_files + one.waiting_files == 0;
        if (!is_equal)
            return false;
    }
    return !theirs.empty();
}

bool Scene::step(std::size_t number) {
    const bool is_well = is_served(number);
    town_.run_for(milliseconds(1200));
    return is_well;
}

/// What happens at step `number`, by its place among twenty.
bool Scene::is_served(std::size_t number) {
    switch (number % 20) {
    case 3: return attach(tested, make_file(1 + number * 997 % 70'000, ++files_made_));
    case 6: return attach(neighbour, make_file(1 + number * 991 % 70'000, 1000 + ++files_made_));
    case 9: {
        auto profile = wire::encode_profile({"School " + std::to_string(number), "", {}, "", ""});
        return profile && town_.command(tested, replica::SetProfile{*profile, {first_.address()}});
    }
    case 12: {
        const std::string address = "nowhere" + std::to_string(number) + ":1";
        return town_.command(tested, replica::AddNeighbour{*network_, address}).has_value();
    }
    case 15: {
        town_.open_line(false);
        for (int i = 0; i < 4; ++i)
            publish(neighbour, 3);
        town_.open_line(true);
        return town_.command(tested, replica::WaitForSync{seconds(10), false}).has_value();
    }
    case 17: return reopen(true).has_value();
    case 18: return number % 60 != 18 || reopen(false).has_value();
    case 19:
        return number % 100 != 19 ||
               town_.command(tested, replica::CreateNetwork{"Another", "maths", "Be kind."});
    default: return publish(number % 3 == 2 ? neighbour : tested, 1 + number % 4);
    }
}

} // namespace staffroom::faults
