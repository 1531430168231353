// Records of another network as the logs of this one hold them: put together again they are what
// the author wrote, and whatever the school that carries them changes is refused with its reason.
#include "protocol/agreement/relay/carried.hpp"
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace agreement = staffroom::agreement;
namespace slog = staffroom::log;
using agreement::CarriedRecord;
using agreement::CarriedView;
using agreement::CheckedProof;
using agreement::Ground;
using agreement::Refusal;
using agreement::Relay;
using staffroom::Bytes;
using staffroom::Digest;
using staffroom::Position;
using staffroom::RevisionId;
using staffroom::tests::LinkedScene;

namespace {

/// One relay, as a gateway of Rivers City has written it down.
struct CarriedScene : LinkedScene {
    Ground ground() {
        Ground made{1, rivers.id, {*standing}, {}};
        for (const auto& [id, chain] : chains)
            made.chains.emplace(id, *chain);
        return made;
    }
    CheckedProof proof_of(const Relay& relay) {
        auto outcome =
            agreement::open_proof(ground(), agreement::encode_carried_proof(relay), verifier);
        REQUIRE(std::holds_alternative<CheckedProof>(outcome));
        return std::get<CheckedProof>(std::move(outcome));
    }
    std::optional<Refusal> refusal_of(const Relay& relay) {
        const auto outcome =
            agreement::open_proof(ground(), agreement::encode_carried_proof(relay), verifier);
        const auto* why = std::get_if<Refusal>(&outcome);
        return why == nullptr ? std::nullopt : std::optional(*why);
    }
    [[nodiscard]] Bytes body_of(const agreement::RelayedRecord& record) const {
        return agreement::encode_carried_record({proof_entry, record});
    }
    /// As a gateway writes it around the record; `change` is what it says instead.
    [[nodiscard]] Bytes
    header_of(const std::function<void(slog::EntryHeader&)>& change = nullptr) const {
        slog::EntryHeader header{
            .kind = slog::kind_carried_record,
            .critical = false,
            .school = rivers.coordinators[0].id};
        if (change)
            change(header);
        return slog::encode_header(header);
    }
    RevisionId proof_entry = random.make<RevisionId>();
};

} // namespace

TEST_CASE("carried: put together again it is what its author wrote", "[agreement]") {
    CarriedScene scene;
    const Relay relay = scene.relay({0, 1, 2}, 3);
    const CheckedProof proof = scene.proof_of(relay);

    for (std::size_t place = 0; place < 3; ++place) {
        CAPTURE(place);
        const Bytes body = scene.body_of(relay.records[place]);
        CHECK(agreement::parse_carried_record(body)->proof == scene.proof_entry);
        const auto outcome = agreement::open_carried(proof, scene.header_of(), body);

        REQUIRE(std::holds_alternative<CarriedView>(outcome));
        const auto& view = std::get<CarriedView>(outcome);
        CHECK(view.header_bytes == scene.log.records[place].header);
        CHECK(view.revision == slog::revision_id(view.header_bytes));
        CHECK(view.body.salt == scene.log.records[place].body.salt);
        CHECK(*view.body.encoded == *scene.log.records[place].body.encoded);
        CHECK(view.descriptor == scene.log.descriptor);
        CHECK(view.position == Position{place});
        CHECK(view.link == scene.link);
        REQUIRE(view.trail.size() == 1);
        CHECK(view.trail[0].network == scene.forest.id);
        CHECK(view.trail[0].name == scene.forest.card().name);
        CHECK(view.trail[0].place == "Brockenhurst");
    }
}

TEST_CASE("carried: no changed byte shows another record", "[agreement]") {
    CarriedScene scene;
    const Relay relay = scene.relay({1}, 3);
    const CheckedProof proof = scene.proof_of(relay);
    const Bytes body = scene.body_of(relay.records[0]);
    std::size_t shown = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
        CAPTURE(i);
        Bytes changed = body;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1U << (i % 8)));
        const auto outcome = agreement::open_carried(proof, scene.header_of(), changed);
        const auto* view = std::get_if<CarriedView>(&outcome);
        if (view == nullptr)
            continue;
        ++shown; // the name of its proof alone, for which a reader asks before
        CHECK(view->header_bytes == scene.log.records[1].header);
        CHECK(*view->body.encoded == *scene.log.records[1].body.encoded);
        CHECK(agreement::parse_carried_record(changed)->proof != scene.proof_entry);
    }
    CHECK(shown == RevisionId::size_bytes);
}

TEST_CASE("carried: no changed byte of a proof proves another log", "[agreement]") {
    CarriedScene scene;
    const Bytes body = agreement::encode_carried_proof(scene.relay({}, 3));
    const CheckedProof honest = scene.proof_of(scene.relay({}, 3));
    for (std::size_t i = 0; i < body.size(); ++i) {
        CAPTURE(i);
        Bytes changed = body;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1U << (i % 8)));
        const auto outcome = agreement::open_proof(scene.ground(), changed, scene.verifier);
        const auto* proof = std::get_if<CheckedProof>(&outcome);
        if (proof == nullptr)
            continue;
        CHECK(proof->descriptor == honest.descriptor);
        CHECK(proof->size == honest.size);
        CHECK(proof->root == honest.root);
        CHECK(proof->link == honest.link);
    }
}

TEST_CASE("carried: a carrier that lies is refused with its reason", "[agreement]") {
    CarriedScene scene;
    const Relay relay = scene.relay({1}, 3);
    const CheckedProof proof = scene.proof_of(relay);
    agreement::RelayedRecord record = relay.records[0];
    const auto why = [&](const Bytes& header, const Bytes& body) {
        const auto outcome = agreement::open_carried(proof, header, body);
        const auto* refusal = std::get_if<Refusal>(&outcome);
        return refusal == nullptr ? std::nullopt : std::optional(*refusal);
    };

    SECTION("of the words") {
        record.body.encoded = scene.log.records[0].body.encoded;
        CHECK(why(scene.header_of(), scene.body_of(record)) == Refusal::body_altered);
    }
    SECTION("of the header") {
        record.header = scene.log.records[0].header;
        CHECK(why(scene.header_of(), scene.body_of(record)) == Refusal::not_in_the_log);
    }
    SECTION("of the files") {
        const Bytes header =
            scene.header_of([](slog::EntryHeader& each) { each.attachment_bytes = 1 << 30U; });
        CHECK(why(header, scene.body_of(record)) == Refusal::carried_otherwise);
    }
    SECTION("of the document") {
        const Bytes header = scene.header_of([&](slog::EntryHeader& each) {
            each.document = scene.random.make<RevisionId>();
        });
        CHECK(why(header, scene.body_of(record)) == Refusal::carried_otherwise);
    }
    SECTION("of the kind of the entry") {
        const Bytes header = scene.header_of([](slog::EntryHeader& each) { each.kind = 2; });
        CHECK(why(header, scene.body_of(record)) == Refusal::unreadable);
    }
    SECTION("with what the author kept in its network") {
        const std::size_t place = scene.log.publish(
            {{scene.link},
             staffroom::records::RecordKind::enquiry_finding,
             0,
             staffroom::records::Reach::network},
            "kept at home"
        );
        const Relay wider = scene.relay({place}, place + 1);
        const auto outcome = agreement::open_carried(
            scene.proof_of(wider), scene.header_of(), scene.body_of(wider.records[0])
        );
        CHECK(std::get<Refusal>(outcome) == Refusal::not_for_this_link);
    }
}

TEST_CASE("carried: a proof by what was signed for another time or link is none", "[agreement]") {
    CarriedScene scene;
    const Relay relay = scene.relay({1}, 3);

    SECTION("of a link that is not known here") {
        Ground ground = scene.ground();
        ground.standings.clear();
        const auto outcome =
            agreement::open_proof(ground, agreement::encode_carried_proof(relay), scene.verifier);
        CHECK(std::get<Refusal>(outcome) == Refusal::another_agreement);
    }
    SECTION("from before the card changed") {
        scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 2);
        scene.fold();
        CHECK(scene.refusal_of(relay) == Refusal::passport_outdated);
    }
    SECTION("after the end: what came before it stays") {
        scene.end(scene.forest, 2);
        scene.fold();
        const Relay all = scene.relay({1, 2}, 3);
        const CheckedProof proof = scene.proof_of(all);
        const auto before =
            agreement::open_carried(proof, scene.header_of(), scene.body_of(all.records[0]));
        const auto after =
            agreement::open_carried(proof, scene.header_of(), scene.body_of(all.records[1]));
        CHECK(std::holds_alternative<CarriedView>(before));
        CHECK(std::get<Refusal>(after) == Refusal::after_the_end);
    }
    SECTION("with records beside it") {
        CHECK_FALSE(agreement::parse_carried_proof(agreement::encode_relay(relay)));
    }
}

TEST_CASE("carried: costs under 600 bytes a record beyond its own", "[agreement]") {
    LinkedScene scene;
    scene.publish_many(1000);
    const std::size_t size = scene.log.records.size();
    std::vector<std::size_t> places;
    for (std::size_t place = size - 100; place < size; ++place)
        places.push_back(place);
    const Relay relay = scene.relay(places, size);
    const RevisionId name = scene.random.make<RevisionId>();

    std::size_t bytes = agreement::encode_carried_proof(relay).size();
    std::size_t own_bytes = 0;
    for (const auto& record : relay.records) {
        slog::EntryHeader header{
            .kind = slog::kind_carried_record, .critical = false, .school = scene.author.id};
        header.commitment = scene.random.make<staffroom::Commitment>();
        header.encoded_length = header.plain_length = 4000;
        header.clock = staffroom::WallTime{1'800'000'000'000};
        bytes += slog::encode_header(header).size() + staffroom::Salt::size_bytes +
                 agreement::encode_carried_record({name, record}).size();
        own_bytes += record.header.size() + record.body.salt.size() + record.body.encoded->size();
    }
    CHECK((bytes - own_bytes) / 100 < 600);
}
