// Which orders of another network's schools count here, once somebody has written them down: any
// member can write any. [E9]
#include "protocol/agreement/erasing/far_order.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/replica/erasure/erasures.hpp"
#include "tests/support/network/responder_scene.hpp"
#include "tests/support/network/revocation.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using agreement::FarOrder;
using log::Blake2b256;

/// A network that is linked, and a school of the other one with its governance there.
struct FarOrderScene : tests::ResponderScene {
    explicit FarOrderScene(bool is_awake_now = true)
        : is_awake(is_awake_now) {
        auto act = signed_by_bearer(make_code(), card);
        sign_here(act);
        write(act);
        follow();
    }
    void follow() {
        parts->link_book.refresh();
        if (is_awake)
            parts->shelf.pump();
        parts->erasures.pump();
    }
    [[nodiscard]] bool reaches(const RevisionId& gone) const {
        return parts->erasures.kind_of(*network, {author->school, gone}).has_value();
    }
    /// The first entry of a governance log of the school in `in`, signed by `key`.
    FarOrder
    order_of(const RevisionId& gone, const NetworkId& in, const crypto::SigningKey& signer) {
        const network::ErasureOrder order{
            author->school, {gone}, network::ErasureKind::whole, network::ErasureReason::asked};
        Bytes payload = network::encode_erasure(order);
        log::EntryHeader header{
            .kind = log::kind_operation, .critical = false, .school = author->school};
        header.payload = log::Payload{
            static_cast<std::uint32_t>(payload.size()),
            crypto::hash(crypto::HashLabel::payload, payload)};
        Bytes header_bytes = log::encode_header(header);
        const log::LogDescriptor descriptor{
            log::space_of(in),
            log::Channel::governance,
            author->school,
            node.public_key(),
            random.make<Incarnation>()};
        const std::vector<TreeHash> leaves{log::leaf_hash<Blake2b256>(header_bytes)};
        return {
            descriptor,
            Position{0},
            std::move(header_bytes),
            std::move(payload),
            log::sign_head(
                {log::log_id(descriptor),
                 LogSize{1},
                 tests::slow_root<Blake2b256>(leaves),
                 WallTime{1}},
                signer
            ),
            {},
            author->wire,
            order};
    }
    /// As any member can.
    void write_order(const FarOrder& order) {
        const auto bytes = agreement::encode_far_order(order);
        REQUIRE(bytes);
        write(agreement::LinkOrder{*bytes});
        follow();
    }
    /// The key ends by which the link was signed here; what it has written so far counts.
    void replace_server() {
        std::vector<log::LogPin> pins;
        for (const LogId& id : state().space.logs) {
            const LogRecord& record = *parts->logbook.find(id);
            pins.push_back({id, record.counted(), record.counted_root()});
        }
        std::ranges::sort(pins, {}, &log::LogPin::log);
        const crypto::SigningKey& ending = parts->context.keys.signing;
        REQUIRE(parts->networks.keep_chain(tests::revoke(
            parts->networks.own_chain().wire(), ending, ending.public_key(), std::move(pins)
        )));
        parts->networks.fold_what_is_due();
        follow();
    }
    bool is_awake; // what stands in logs has been read since the start
    const identity::NewSchool* author = &school;
    RevisionId revision = random.make<RevisionId>();
};

} // namespace

TEST_CASE(
    "far orders: one of the author's school counts, whoever has written it down", "[erasure]"
) {
    FarOrderScene scene;
    scene.write_order(scene.order_of(scene.revision, scene.card.network, scene.node));

    CHECK(scene.reaches(scene.revision));
    const SpaceId space = log::space_of(*scene.network);
    const RecordName name{scene.school.school, scene.revision};
    const SchoolId self = scene.parts->context.school;
    const EntryNames carried{{self, scene.random.make<RevisionId>()}, name};
    CHECK(scene.parts->erasures.state_of(space, carried) == BodyState::erased);
    CHECK(scene.parts->erasures.keeps_no_files(space, carried));
    // A record of another school under the same id is none of it, nor one that its school has
    // written in this network.
    CHECK_FALSE(
        scene.parts->erasures.state_of(space, {carried.entry, RecordName{self, scene.revision}})
    );
    CHECK_FALSE(scene.parts->erasures.state_of(space, {name}));
    CHECK_FALSE(scene.parts->erasures.keeps_no_files(space, {name}));
    // It is told on to nobody: who linked this network asks the author's.
    CHECK(scene.parts->erasures.own_order(*scene.network, name) == nullptr);
    REQUIRE(scene.parts->erasures.standing(*scene.network).size() == 1);
}

TEST_CASE("far orders: what a member makes itself counts not", "[erasure]") {
    FarOrderScene scene;
    SECTION("signed by itself in the other school's name") {
        scene.write_order(
            scene.order_of(scene.revision, scene.card.network, scene.parts->context.keys.signing)
        );
    }
    SECTION("of a network with which nothing was agreed") {
        scene.write_order(scene.order_of(scene.revision, scene.random.make<NetworkId>(), scene.node)
        );
    }
    SECTION("by a key that its chain does not certify") {
        FarOrder order = scene.order_of(scene.revision, scene.card.network, scene.node);
        const crypto::SigningKey stranger = scene.make_key();
        order.descriptor.node_key = stranger.public_key();
        order.head = log::sign_head(
            {log::log_id(order.descriptor), LogSize{1}, order.head.head.root, WallTime{1}}, stranger
        );
        scene.write_order(order);
    }
    CHECK_FALSE(scene.reaches(scene.revision));
    CHECK(scene.parts->erasures.standing(*scene.network).empty());
    CHECK(scene.state().far_orders.size() == 1);
}

TEST_CASE("far orders: one counts on when the key has ended that signed the link", "[erasure]") {
    FarOrderScene scene;
    scene.write_order(scene.order_of(scene.revision, scene.card.network, scene.node));
    REQUIRE(scene.reaches(scene.revision));

    scene.replace_server();

    CHECK(scene.reaches(scene.revision));
    CHECK(scene.parts->link_book.was_linked(*scene.network, log::space_of(scene.card.network)));
    // Also where it is looked at for the first time, after a start.
    LinkBook book(scene.parts->context, scene.parts->networks, scene.parts->agreed_links);
    book.refresh();
    CHECK(book.was_linked(*scene.network, log::space_of(scene.card.network)));
    CHECK_FALSE(scene.parts->link_book.was_linked(*scene.network, log::space_of(*scene.network)));
}

TEST_CASE("far orders: one without its chain waits for it", "[erasure]") {
    FarOrderScene scene;
    const identity::NewSchool other = scene.found();
    scene.author = &other;
    FarOrder order = scene.order_of(scene.revision, scene.card.network, scene.node);
    order.chain.clear();

    SECTION("until a carried record brings it") {
        scene.write_order(order);
        CHECK_FALSE(scene.reaches(scene.revision));
        scene.parts->link_book.learn(other.wire);
        scene.follow();
    }
    SECTION("but not where it was carried out in a life before") {
        scene.write_order(order);
        const RevisionId id = scene.state().far_orders.begin()->first;
        Image image;
        image.rows.push_back({RowKind::erasure, to_bytes(id.view()), {1}});
        REQUIRE(scene.parts->erasures.restore(image));
        scene.parts->link_book.learn(scene.found().wire); // whatever makes it look again
        scene.follow();
    }
    CHECK(scene.reaches(scene.revision));
}

TEST_CASE("far orders: after a start none is begun by a key that may have ended", "[erasure]") {
    FarOrderScene scene(false);
    const identity::NewSchool& school = scene.school;
    const auto begun = [&] {
        return std::ranges::any_of(scene.taken<Store>(), [](const Store& store) {
            return std::ranges::count(store.batch.rows, RowKind::erasure, &Row::kind) > 0;
        });
    };
    scene.write_order(scene.order_of(scene.revision, scene.card.network, scene.node));
    CHECK_FALSE(scene.reaches(scene.revision));
    CHECK_FALSE(begun());
    CHECK(scene.parts->erasures.is_busy()); // whoever waits until it is all gone waits for that

    const bool has_ended = GENERATE(false, true);
    CAPTURE(has_ended);
    if (has_ended)
        scene.parts->link_book.learn(
            tests::revoke(school.wire, scene.root, scene.node.public_key(), {})
        );
    scene.is_awake = true;
    scene.follow();

    CHECK(scene.reaches(scene.revision) != has_ended);
    CHECK(begun() != has_ended);
}

TEST_CASE("far orders: a flood of them costs few signatures a call, and ends", "[erasure]") {
    FarOrderScene scene;
    std::deque<identity::NewSchool> made; // by a member, for as many orders
    for (std::size_t i = 0; i < 100; ++i) {
        made.push_back(scene.found());
        scene.author = &made.back();
        const auto bytes = agreement::encode_far_order(
            scene.order_of(scene.revision, scene.card.network, scene.node)
        );
        REQUIRE(bytes);
        scene.write(agreement::LinkOrder{*bytes});
    }
    const std::size_t before = scene.verifier.calls;

    scene.follow();
    const std::size_t once = scene.verifier.calls - before;
    CHECK(once <= 16 * 3); // the head of an order, and its school's chain
    CHECK(scene.parts->erasures.is_busy());
    for (std::size_t i = 0; i < 10; ++i)
        scene.follow();

    CHECK(scene.parts->erasures.standing(*scene.network).size() == made.size());
    const std::size_t all = scene.verifier.calls;
    scene.parts->link_book.learn(scene.found().wire);
    scene.follow();
    CHECK(scene.verifier.calls <= all + 2); // the chain that came
}

TEST_CASE("far orders: the first ones of a log count", "[erasure]") {
    FarOrderScene scene;
    const FarOrder order = scene.order_of(scene.revision, scene.card.network, scene.node);
    const auto bytes = agreement::encode_far_order(order);
    REQUIRE(bytes);
    const auto payload =
        std::make_shared<const Bytes>(agreement::encode_link_act(agreement::LinkOrder{*bytes}));
    const auto logs = scene.state().space.logs;
    const auto log = std::ranges::find_if(logs, [&](const LogId& id) {
        return scene.parts->logbook.find(id)->descriptor.channel == log::Channel::governance;
    });
    REQUIRE(log != logs.end());
    const auto place = [&](std::uint64_t position) {
        const auto id = scene.random.make<RevisionId>();
        const SchoolId self = scene.parts->context.school;
        REQUIRE(scene.parts->networks.take_governance(
            {*log,
             LogSize{position},
             LogSize{position + 1},
             {{*log, Position{position}, self, id, payload}},
             {},
             {}}
        ));
        return id;
    };
    for (std::uint64_t i = 1; i < limits::far_orders_per_log_max; ++i)
        place(1000 + i);
    const RevisionId last = place(9000);
    CHECK(scene.state().far_orders.count(last) == 1);
    const RevisionId beyond = place(9001);
    CHECK(scene.state().far_orders.count(beyond) == 0);

    const RevisionId first = place(1000); // whatever order they come in

    CHECK(scene.state().far_orders.size() == limits::far_orders_per_log_max);
    CHECK(scene.state().far_orders.count(first) == 1);
    CHECK(scene.state().far_orders.count(last) == 0);
    scene.follow();
    CHECK_FALSE(scene.parts->erasures.standing(*scene.network).empty());
}

TEST_CASE("far orders: where a log is full the next ones go into another", "[erasure]") {
    FarOrderScene scene;
    const SpaceId space = log::space_of(*scene.network);
    const auto log = scene.parts->own_logs.current_of(space, log::Channel::governance);
    REQUIRE(log);
    const auto bytes = agreement::encode_far_order(
        scene.order_of(scene.random.make<RevisionId>(), scene.card.network, scene.node)
    );
    REQUIRE(bytes);
    const auto payload =
        std::make_shared<const Bytes>(agreement::encode_link_act(agreement::LinkOrder{*bytes}));
    const Position end{scene.parts->logbook.find(*log)->counted().value};
    const auto fill_up_to = [&](std::size_t count) {
        for (std::size_t i = scene.state().far_orders.size(); i < count; ++i)
            REQUIRE(scene.parts->networks.take_governance(
                {*log,
                 LogSize{end.value + i},
                 LogSize{end.value + i + 1},
                 {{*log,
                   Position{end.value + i},
                   scene.parts->context.school,
                   scene.random.make<RevisionId>(),
                   payload}},
                 {},
                 {}}
            ));
    };
    fill_up_to(limits::far_orders_per_log_max - 2);
    scene.parts->far_erasing.make_room(*scene.network, 2);
    CHECK(scene.parts->own_logs.current_of(space, log::Channel::governance) == log);
    fill_up_to(limits::far_orders_per_log_max);

    scene.parts->far_erasing.make_room(*scene.network, 1);
    scene.write_order(scene.order_of(scene.revision, scene.card.network, scene.node));
    for (std::size_t i = 0; i < 300 && scene.parts->erasures.is_busy(); ++i)
        scene.follow();

    CHECK(scene.state().far_orders.size() == limits::far_orders_per_log_max + 1);
    CHECK(scene.reaches(scene.revision));
}

TEST_CASE("far orders: what is said of one costs its signature once", "[erasure]") {
    FarOrderScene scene;
    const SchoolId self = scene.parts->context.school;
    OwnLogs::Draft draft = scene.parts->own_logs.draft();
    draft.add_operation(
        scene.state().space.id,
        network::encode_erasure(
            {self, {scene.revision}, network::ErasureKind::whole, network::ErasureReason::asked}
        )
    );
    draft.commit();
    scene.reach_disk();
    scene.follow();
    const auto standing = scene.parts->erasures.standing(*scene.network);
    REQUIRE(standing.size() == 1);
    const network::PlacedOrder& order = *standing.front();
    const auto say = [&](const SchoolId& school,
                         const std::optional<agreement::FarReceipt::Beyond>& beyond) {
        scene.write(agreement::LinkReceipt{agreement::sign_far_receipt(
            {order.id, 3, 1, WallTime{1}, beyond}, {scene.card.network, school, scene.node}
        )});
    };
    // The attack: what a hostile gateway says of networks that are none pushes out what another
    // one has said; here of a school with the smallest name.
    for (std::size_t i = 0; i < limits::far_said_of_writer_max + 10; ++i)
        say(SchoolId(SchoolId::Raw{}),
            agreement::FarReceipt::Beyond{scene.random.make<NetworkId>(), "Nowhere"});
    say(scene.school.school, std::nullopt);
    scene.follow();
    CHECK(scene.state().far_receipts.at(order.id).size() == limits::far_said_of_writer_max + 1);

    const auto abroad = scene.parts->far_erasing.abroad(*scene.network, order);
    REQUIRE(abroad.size() == 1);
    CHECK(abroad.front().erased == 1);
    const std::size_t before = scene.verifier.calls;
    for (int turn = 0; turn < 10; ++turn)
        static_cast<void>(scene.parts->far_erasing.abroad(*scene.network, order));
    CHECK(scene.verifier.calls == before);
}

TEST_CASE("far orders: many for one record are told as one", "[erasure]") {
    FarOrderScene scene;
    const SchoolId self = scene.parts->context.school;
    for (const auto kind :
         {network::ErasureKind::files_only,
          network::ErasureKind::whole,
          network::ErasureKind::whole}) {
        OwnLogs::Draft draft = scene.parts->own_logs.draft();
        draft.add_operation(
            scene.state().space.id,
            network::encode_erasure({self, {scene.revision}, kind, network::ErasureReason::flood})
        );
        draft.commit();
        scene.reach_disk();
    }
    scene.follow();

    const auto* order = scene.parts->erasures.own_order(*scene.network, {self, scene.revision});
    REQUIRE(order != nullptr);
    CHECK(order->order.kind == network::ErasureKind::whole);
    CHECK(scene.parts->erasures.standing(*scene.network).size() == 3);
}

} // namespace staffroom::replica
