// What another network may send: statements of its coordinators, and relays whose every part a
// carrier could have changed, with signatures made good again. Whatever crosses must stand in the
// author's log, for this link.
#include "protocol/agreement/agreeing.hpp"
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/agreement/relay/carried.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/network/operations.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/agreement/order_scene.hpp"
#include "tests/support/agreement/passing_scene.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

using tests::AgreementScene;
using tests::LinkedScene;
using tests::OrderScene;
using tests::PassingScene;

/// Made once: keys and signatures cost more than all that a target does.
LinkedScene& linked_scene() {
    static LinkedScene scene;
    return scene;
}

void statements(ByteView input) {
    if (const auto read = agreement::parse_agreement(input)) {
        ensure(read->one.network < read->other.network);
        const auto again = agreement::parse_agreement(agreement::encode_agreement(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_card(input)) {
        ensure(read->signatures >= 1 && read->signatures <= read->coordinators.size());
        const auto again = agreement::parse_card(agreement::encode_card(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_passport(input)) {
        const auto again = agreement::parse_passport(agreement::encode_passport(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_end(input)) {
        ensure(read->pins.size() <= limits::agreement_pins_max);
        const auto again = agreement::parse_end(agreement::encode_end(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_link_act(input)) {
        ensure(!network::parse_operation(input).has_value());
        const auto again = agreement::parse_link_act(agreement::encode_link_act(*read));
        ensure(again.has_value() && again->index() == read->index());
    }
    if (const auto read = agreement::parse_link_terms(input)) {
        const auto again = agreement::parse_link_terms(agreement::encode_link_terms(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_statement(input)) {
        const auto again = agreement::parse_statement(agreement::encode_statement(*read));
        ensure(again.has_value() && *again == *read);
    }
    if (const auto read = agreement::parse_signed_agreement(input)) {
        const auto again =
            agreement::parse_signed_agreement(agreement::encode_signed_agreement(*read));
        ensure(again.has_value() && again->bytes == read->bytes && again->one == read->one);
    }
}

std::vector<Bytes> statement_seeds() {
    LinkedScene& scene = linked_scene();
    const agreement::End end{
        scene.agreement_id,
        scene.forest.id,
        scene.forest.card_hash(),
        {{log::log_id(scene.log.descriptor), LogSize{2}, scene.log.root(2)}}};
    const agreement::LinkTerms terms{
        {{1, 2}}, {{2}, true}, WallTime{20}, WallTime{10}, scene.random.make<Digest>()};
    const Bytes card = agreement::encode_card(scene.forest.card());
    return {
        agreement::encode_link_terms(terms),
        agreement::encode_link_act(agreement::LinkInvite{
            {},
            scene.random.make<SigningPublicKey>(),
            WallTime{9},
            terms,
            card,
            scene.random.make<Signature>()}),
        agreement::encode_link_act(agreement::LinkAgreed{
            scene.random.make<RevisionId>(),
            scene.statements.agreements[0],
            card,
            agreement::encode_card(scene.rivers.card()),
            "Be kind.",
            {scene.rivers.coordinators[0].chain.wire()}}),
        agreement::encode_link_act(agreement::LinkPassport{scene.relay({0}, 3).passport}),
        agreement::encode_link_act(agreement::LinkEnded{
            LinkedScene::signed_by(
                scene.forest, crypto::SignLabel::agreement_end, agreement::encode_end(end), 1
            ),
            network::Reason::own_wish}),
        agreement::encode_link_act(agreement::LinkCodeEnded{scene.random.make<RevisionId>()}),
        agreement::encode_link_act(agreement::LinkRenewal{scene.next_agreement(1)}),
        scene.statements.agreements[0].bytes,
        agreement::encode_signed_agreement(scene.statements.agreements[0]),
        agreement::encode_card(scene.forest.card()),
        scene.relay({0}, 3).passport.bytes,
        agreement::encode_statement(scene.relay({0}, 3).passport),
        agreement::encode_end(end)};
}

/// What crosses is one of the records that the school published for this link, its words too.
void relay(ByteView input) {
    const auto read = agreement::parse_relay(input);
    if (!read)
        return;
    LinkedScene& scene = linked_scene();
    const auto checked = agreement::check_relay(
        *read, {scene.rivers.id, *scene.standing, scene.chain_of, scene.verifier}
    );
    ensure(!checked.all || checked.crossed.empty());
    ensure(checked.all || checked.crossed.size() + checked.refused.size() == read->records.size());
    for (const agreement::Crossed& crossed : checked.crossed) {
        const agreement::RelayedRecord& record = read->records.at(crossed.place);
        const auto own = std::ranges::find(
            scene.log.records,
            record.header,
            [](const tests::SceneRecord& each) -> const Bytes& { return each.header; }
        );
        ensure(own != scene.log.records.end());
        const bool is_here = record.state == log::BodyState::have;
        ensure(!is_here || *record.body.encoded == *own->body.encoded);
    }
}

std::vector<Bytes> relay_seeds() {
    LinkedScene& scene = linked_scene();
    return {
        agreement::encode_relay(scene.relay({0}, 1)),
        agreement::encode_relay(scene.relay({0, 2}, 3)),
        agreement::encode_relay(scene.relay({1}, 2))};
}

PassingScene& passing_scene() {
    static PassingScene scene;
    return scene;
}

/// What a passing network shows to a third one, whose own passports it can sign as it likes: one of
/// the records that the author lets go on, in its place, with both networks on its trail.
void passed(ByteView input) {
    const auto read = agreement::parse_relay(input);
    if (!read)
        return;
    PassingScene& scene = passing_scene();
    for (const agreement::Crossed& crossed : scene.check_there(*read).crossed) {
        const agreement::RelayedRecord& record = read->records.at(crossed.place);
        ensure(record.position.value == scene.place);
        ensure(record.header == scene.log.records.at(scene.place).header);
        const std::vector<NetworkId> way{scene.forest.id, scene.rivers.id};
        ensure(crossed.trail == way);
    }
}

std::vector<Bytes> passed_seeds() {
    const PassingScene& scene = passing_scene();
    agreement::Relay others = scene.passed_on(scene.hop());
    others.records = {scene.log.record(0, scene.place + 1), scene.log.record(1, scene.place + 1)};
    return {agreement::encode_relay(scene.passed_on(scene.hop())), agreement::encode_relay(others)};
}

/// Signs what the passing network's own passport has become, as its coordinators could, and names
/// the hop that is there.
void repair_passed(Bytes& input) {
    auto read = agreement::parse_relay(input);
    auto passport = read ? agreement::parse_passport(read->passport.bytes)
                         : Result<agreement::Passport>(fail(read.error()));
    if (!passport)
        return;
    passport->before =
        read->trail.empty() ? std::nullopt : std::optional(agreement::hop_hash(read->trail.back()));
    read->passport = AgreementScene::signed_by(
        passing_scene().rivers, crypto::SignLabel::passport, agreement::encode_passport(*passport)
    );
    input = agreement::encode_relay(*read);
}

/// What a member of this network writes as carried: either kind of entry, by its first byte.
/// Whatever is shown is one of the records that the school published for this link.
void carried(ByteView input) {
    if (input.empty())
        return;
    LinkedScene& scene = linked_scene();
    const ByteView body = input.subspan(1);
    if (input[0] % 2 == 0) {
        const auto read = agreement::parse_carried_proof(body);
        if (!read)
            return;
        const auto again = agreement::parse_carried_proof(agreement::encode_carried_proof(*read));
        ensure(again.has_value() && again->passport == read->passport);
        agreement::Ground ground{1, scene.rivers.id, {*scene.standing}, {}};
        for (const auto& [id, chain] : scene.chains)
            ground.chains.emplace(id, *chain);
        const auto outcome = agreement::open_proof(ground, body, scene.verifier);
        const auto* proof = std::get_if<agreement::CheckedProof>(&outcome);
        ensure(
            proof == nullptr || (proof->descriptor == scene.log.descriptor &&
                                 proof->root == scene.log.root(proof->size.value))
        );
        return;
    }
    const auto read = agreement::parse_carried_record(body);
    if (!read)
        return;
    const auto again = agreement::parse_carried_record(agreement::encode_carried_record(*read));
    ensure(again.has_value() && again->record.header == read->record.header);
    static const auto proof = std::get<agreement::CheckedProof>(agreement::check_proof(
        scene.relay({}, 3), {scene.rivers.id, *scene.standing, scene.chain_of, scene.verifier}
    ));
    const log::EntryHeader entry{
        .kind = log::kind_carried_record, .critical = false, .school = scene.author.id};
    const auto outcome = agreement::open_carried(proof, log::encode_header(entry), body);
    const auto* view = std::get_if<agreement::CarriedView>(&outcome);
    if (view == nullptr)
        return;
    const auto& own = scene.log.records.at(view->position.value);
    ensure(own.header == view->header_bytes && *own.body.encoded == *view->body.encoded);
}

std::vector<Bytes> carried_seeds() {
    LinkedScene& scene = linked_scene();
    std::vector<Bytes> seeds;
    Bytes proof{0};
    append(proof, agreement::encode_carried_proof(scene.relay({}, 3)));
    seeds.push_back(std::move(proof));
    for (const std::size_t place : {std::size_t{0}, std::size_t{2}}) {
        Bytes record{1};
        append(
            record,
            agreement::encode_carried_record(
                {scene.random.make<RevisionId>(), scene.relay({place}, 3).records[0]}
            )
        );
        seeds.push_back(std::move(record));
    }
    return seeds;
}

OrderScene& order_scene() {
    static OrderScene scene;
    return scene;
}

/// What proves itself is one of the orders that the school has written, word for word; what a
/// gateway says of one counts if it has signed it.
void far_order(ByteView input) {
    if (const auto receipt = agreement::parse_far_receipt(input)) {
        ensure(receipt->erased <= receipt->schools);
        ensure(agreement::parse_far_receipt(agreement::encode_far_receipt(*receipt)) == *receipt);
    }
    const auto read = agreement::parse_far_order(input);
    if (!read)
        return;
    OrderScene& scene = order_scene();
    const auto bytes = agreement::encode_far_order(*read);
    const auto again = bytes ? agreement::parse_far_order(*bytes)
                             : Result<agreement::FarOrder>(fail(bytes.error()));
    ensure(again.has_value() && again->order == read->order);
    if (agreement::why_unproven(*read, scene.verifier) ||
        agreement::why_not_entitled(*read, &scene.author.chain))
        return;
    ensure(read->order == scene.orders.at(read->position.value));
}

std::vector<Bytes> far_order_seeds() {
    const OrderScene& scene = order_scene();
    return {
        *agreement::encode_far_order(scene.far_order(0)),
        *agreement::encode_far_order(scene.far_order(4)),
        agreement::encode_far_receipt({RevisionId(RevisionId::Raw{}), 3, 2, WallTime{9}}),
        agreement::encode_far_receipt(
            {RevisionId(RevisionId::Raw{}),
             0,
             0,
             WallTime{9},
             agreement::FarReceipt::Beyond{NetworkId(NetworkId::Raw{1}), "Northside"}}
        )};
}

/// Signs what the passport has become, as a coordinator that lies could.
void repair_relay(Bytes& input) {
    auto read = agreement::parse_relay(input);
    if (!read)
        return;
    const LinkedScene& scene = linked_scene();
    read->passport = AgreementScene::signed_by(
        scene.forest, crypto::SignLabel::passport, std::move(read->passport.bytes)
    );
    input = agreement::encode_relay(*read);
}

} // namespace

Targets agreement_targets() {
    return {
        {"agreement-statements", statements, statement_seeds},
        {"agreement-relay", relay, relay_seeds, repair_relay, 300},
        {"agreement-passed", passed, passed_seeds, repair_passed, 300},
        {"agreement-carried", carried, carried_seeds},
        {"agreement-far-order", far_order, far_order_seeds}};
}

} // namespace staffroom::fuzz
