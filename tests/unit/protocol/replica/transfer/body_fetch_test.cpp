// What a neighbour answers about bodies that are missing here. [S7] [S8] [E3]
#include "tests/support/network/file_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

constexpr Position place{3};

/// A node that has asked for one body of an entry of this kind.
struct MissingScene : tests::FileScene {
    explicit MissingScene(std::uint32_t kind_asked)
        : kind(kind_asked) {
        const LogRecord& record = *parts->logbook.find(*log);
        parts->spaces.find(record.descriptor.space)->add_log(*log, record.descriptor.school);
        parts->logbook.note_state(*log, place, BodyState::missing);
        link().hello_received = true;
        parts->body_fetcher.tick();
    }
    void answer(BodyState state) {
        out.clear();
        REQUIRE(parts->body_fetcher.bodies_arrived(link(), {*log, {place}, {{state, {}}}}));
        log::EntryHeader header{.kind = kind, .school = random.make<SchoolId>()};
        header.plain_length = 1;
        header.encoded_length = 1;
        header.commitment = random.make<Commitment>();
        for (const Load& load : taken<Load>()) {
            LoadedEntry entry{
                std::make_shared<const Bytes>(log::encode_header(header)), BodyState::missing, {}};
            parts->body_fetcher.load_finished(
                load.id, Loaded(LoadedChunk{*log, place, {std::move(entry)}, {}})
            );
        }
    }
    [[nodiscard]] bool is_said_erased() const {
        return parts->body_fetcher.is_said_erased(*log, place);
    }
    std::uint32_t kind;
};

} // namespace

TEST_CASE("bodies: of a carried record it is remembered who calls it erased", "[replica]") {
    MissingScene scene(log::kind_carried_record);
    const std::uint64_t before = scene.parts->body_fetcher.said_changes();

    scene.answer(BodyState::erased);

    CHECK(scene.is_said_erased());
    CHECK(scene.parts->body_fetcher.said_changes() > before);
    // Nobody is believed further than that: it is missing, and others are asked.
    CHECK(scene.parts->logbook.find(*scene.log)->without_body.at(place) == BodyState::missing);
}

TEST_CASE("bodies: what is merely missing, or no carried record, is not", "[replica]") {
    MissingScene missing(log::kind_carried_record);
    missing.answer(BodyState::missing);
    CHECK_FALSE(missing.is_said_erased());

    MissingScene own(1);
    own.answer(BodyState::erased);
    CHECK_FALSE(own.is_said_erased());
}

} // namespace staffroom::replica
