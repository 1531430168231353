// Records of another network as readers here see them: by the author's id, title and words, once
// however many carry them, and not at all while they do not prove themselves. [A10]
#include "node/services/library/library.hpp"
#include "protocol/records/body.hpp"
#include "tests/support/agreement/linked_scene.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom {
namespace {

using replica::BodyState;
using services::LogExtent;

/// A node of Rivers City, whose gateway carries what a school of Forest Edge has written.
struct CarriedShelf : tests::LinkedScene {
    CarriedShelf() {
        auto opened = storage::Store::open(files, "/disk/store");
        REQUIRE(opened);
        store = std::move(*opened);
        library = std::make_unique<services::Library>(*store);
        for (const char* title : {"Fourth finding", "Fifth finding"}) {
            records::RecordBody body;
            body.title = title;
            const auto encoded = records::encode_body(body);
            REQUIRE(encoded);
            log.publish(
                {{link},
                 records::RecordKind::enquiry_finding,
                 0,
                 records::Reach::linked,
                 static_cast<std::uint32_t>(encoded->codec),
                 encoded->plain_length},
                as_text(*encoded->encoded)
            );
        }
        look_at_ground();
    }

    void look_at_ground() {
        agreement::Ground made{++grounds, rivers.id, {}, {}};
        if (standing)
            made.standings.push_back(*standing);
        for (const auto& [id, chain] : chains)
            made.chains.emplace(id, *chain);
        ground = std::make_shared<const agreement::Ground>(std::move(made));
    }

    /// An entry that the gateway writes, at its place in the gateway's log.
    struct Carrier {
        RevisionId id;
        Position position;
        replica::BodyBytes body;
    };
    Carrier put(std::uint32_t kind, Bytes words, BodyState state = BodyState::have) {
        const auto salt = random.make<Salt>();
        auto encoded = std::make_shared<const Bytes>(std::move(words));
        log::EntryHeader header{
            .kind = kind, .critical = false, .school = rivers.coordinators[0].id};
        header.encoded_length = static_cast<std::uint32_t>(encoded->size());
        header.plain_length = header.encoded_length;
        header.commitment = records::commitment(salt, *encoded);
        auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
        Carrier made{
            log::revision_id(*bytes),
            Position{builder.state().stored.value},
            {to_bytes(salt.view()), encoded}};
        REQUIRE(store->commit(tests::batch_of(builder.append(
            {{made.id, bytes, state, state == BodyState::have ? made.body : replica::BodyBytes{}}}
        ))));
        return made;
    }
    Carrier put_proof(const agreement::Relay& relay, BodyState state = BodyState::have) {
        return put(log::kind_carried_proof, agreement::encode_carried_proof(relay), state);
    }
    Carrier put_record(
        const agreement::Relay& relay,
        std::size_t at,
        const RevisionId& proof,
        BodyState state = BodyState::have
    ) {
        return put(
            log::kind_carried_record,
            agreement::encode_carried_record({proof, relay.records[at]}),
            state
        );
    }
    void fill(const Carrier& carrier) {
        replica::StoreBatch batch;
        batch.bodies.push_back({builder.id(), carrier.position, carrier.id, carrier.body});
        REQUIRE(store->commit(batch));
    }

    [[nodiscard]] std::vector<LogExtent> extents() const {
        return {
            {builder.id(), builder.state().descriptor.space, builder.state().stored, 0, ground}};
    }
    std::vector<std::string> titles() {
        REQUIRE(library->update(extents()));
        const auto page = library->as(services::Reader::machine_owner()).list({});
        REQUIRE(page);
        std::vector<std::string> all;
        for (const services::RecordRow& row : page->rows)
            all.push_back(row.title);
        std::ranges::sort(all);
        return all;
    }
    [[nodiscard]] RevisionId author_id(std::size_t place) const {
        return log::revision_id(tests::LinkedScene::log.records[place].header);
    }

    tests::TornFileSystem files;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<services::Library> library;
    tests::LogBuilder builder{{.seed = 3}};
    std::shared_ptr<const agreement::Ground> ground;
    std::uint64_t grounds = 0;
};

const std::vector<std::string> both{"Fifth finding", "Fourth finding"};

} // namespace

TEST_CASE("record entries: a carried record is its author's, once", "[library]") {
    CarriedShelf shelf;
    const agreement::Relay relay = shelf.relay({3, 4}, 5);
    const auto proof = shelf.put_proof(relay);
    shelf.put_record(relay, 0, proof.id);
    shelf.put_record(relay, 1, proof.id);
    // A second gateway carries the same.
    const auto again = shelf.put_proof(shelf.relay({3, 4}, 5));
    shelf.put_record(relay, 0, again.id);

    CHECK(shelf.titles() == both);

    const auto view = shelf.library->as(services::Reader::machine_owner());
    const auto shown = view.show(shelf.author_id(3));
    REQUIRE(shown);
    CHECK(shown->row.school == shelf.author.id);
    CHECK(shown->body->title == "Fourth finding");
    CHECK(shown->row.spaces == std::set{shelf.builder.state().descriptor.space});
    const auto origin = shelf.library->entries().origin_of(shelf.author_id(3));
    REQUIRE(origin);
    CHECK(origin->link == shelf.link);
    REQUIRE(origin->trail.size() == 1);
    CHECK(origin->trail[0].network == shelf.forest.id);
    CHECK(shelf.library->entries().network_of(shelf.author.id) == origin->trail[0].name);
    CHECK_FALSE(shelf.library->entries().origin_of(proof.id));
    CHECK(shelf.library->entries().find(shelf.author_id(4))->log == shelf.builder.id());
}

TEST_CASE("record entries: what does not prove itself is no record", "[library]") {
    CarriedShelf shelf;
    agreement::Relay relay = shelf.relay({3, 4}, 5);
    const auto proof = shelf.put_proof(relay);

    SECTION("words that its author did not write") {
        relay.records[0].body.encoded = relay.records[1].body.encoded;
        shelf.put_record(relay, 0, proof.id);
    }
    SECTION("the proof of another log") {
        agreement::Relay other = shelf.relay({3}, 4);
        other.head = relay.head;
        other.head.signature = shelf.random.make<Signature>();
        shelf.put_record(relay, 0, shelf.put_proof(other).id);
    }
    SECTION("no proof: a record of the carrier's own") {
        shelf.put_record(relay, 0, shelf.put_record(relay, 1, proof.id).id);
        CHECK(shelf.titles() == std::vector<std::string>{"Fifth finding"});
        return;
    }
    SECTION("a network that this one has no link with") {
        shelf.standing.reset();
        shelf.look_at_ground();
        shelf.put_record(relay, 0, proof.id);
    }
    CHECK(shelf.titles().empty());
    CHECK_FALSE(shelf.library->entries().origin_of(shelf.author_id(3)));
}

TEST_CASE("record entries: it is tried again when what it lacked has come", "[library]") {
    CarriedShelf shelf;
    const agreement::Relay relay = shelf.relay({3, 4}, 5);

    SECTION("its words") {
        const auto proof = shelf.put_proof(relay);
        const auto late = shelf.put_record(relay, 0, proof.id, BodyState::missing);
        shelf.put_record(relay, 1, proof.id);
        CHECK(shelf.titles() == std::vector<std::string>{"Fifth finding"});
        shelf.fill(late);
    }
    SECTION("the words of its proof") {
        const auto proof = shelf.put_proof(relay, BodyState::missing);
        shelf.put_record(relay, 0, proof.id);
        shelf.put_record(relay, 1, proof.id);
        CHECK(shelf.titles().empty());
        shelf.fill(proof);
    }
    SECTION("the agreement") {
        const auto known = std::exchange(shelf.standing, std::nullopt);
        shelf.look_at_ground();
        const auto proof = shelf.put_proof(relay);
        shelf.put_record(relay, 0, proof.id);
        shelf.put_record(relay, 1, proof.id);
        CHECK(shelf.titles().empty());
        shelf.standing = known;
        shelf.look_at_ground();
    }
    CHECK(shelf.titles() == both);
    CHECK(shelf.library->entries().take_changed(10).size() >= 2);
    CHECK_FALSE(shelf.library->entries().has_changed());
}

TEST_CASE("record entries: what may cross no longer is shown no longer", "[library]") {
    CarriedShelf shelf;
    const agreement::Relay relay = shelf.relay({3, 4}, 5);
    const auto proof = shelf.put_proof(relay);
    shelf.put_record(relay, 0, proof.id);
    shelf.put_record(relay, 1, proof.id);
    REQUIRE(shelf.titles() == both);
    static_cast<void>(shelf.library->entries().take_changed(10));

    shelf.last_passport(4); // its school was removed, at its cut
    shelf.fold();
    shelf.look_at_ground();

    CHECK(shelf.titles() == std::vector<std::string>{"Fourth finding"});
    // The search has to look at both again.
    std::set<RevisionId> changed;
    for (const auto& each : shelf.library->entries().take_changed(10))
        changed.insert(each.revision);
    CHECK(changed == std::set{shelf.author_id(3), shelf.author_id(4)});
}

// The attack of time: a link that is gone at one node is shown by another, which has not started
// since.
TEST_CASE("record entries: with the last link goes what came by it, without a start", "[library]") {
    CarriedShelf shelf;
    const agreement::Relay relay = shelf.relay({3, 4}, 5);
    const auto proof = shelf.put_proof(relay);
    shelf.put_record(relay, 0, proof.id);
    shelf.put_record(relay, 1, proof.id);
    REQUIRE(shelf.titles() == both);

    shelf.ground = nullptr;
    CHECK(shelf.titles().empty());
    shelf.look_at_ground();
    CHECK(shelf.titles() == both);
}

} // namespace staffroom
