// The operations of a network as they come from any member, one by one and folded into a roster:
// the fold must say the same in every order of arrival. A changed input gets references to
// operations that exist and admissions that are signed.
#include "protocol/base/ensure.hpp"
#include "protocol/log/entry.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/network/roster_story.hpp"

namespace staffroom::fuzz {
namespace {

using network::Operation;

constexpr unsigned admit_key = 3;
constexpr std::size_t operations_max = 40;
constexpr std::size_t schools = 4;

/// Four schools, of which the first has founded the network.
struct Forest {
    std::vector<tests::School> known;
    network::Genesis genesis;

    [[nodiscard]] static const Forest& get() {
        static const Forest forest = [] {
            tests::SeededRandom random(1);
            std::vector<tests::School> made;
            for (std::size_t i = 0; i < schools; ++i)
                made.push_back(tests::make_school(random));
            network::Genesis founded = tests::make_genesis(random, made[0].id);
            return Forest{std::move(made), std::move(founded)};
        }();
        return forest;
    }
};

struct SaidOperation {
    std::uint8_t author;
    Bytes bytes;
    [[nodiscard]] RevisionId id() const { return log::revision_id(bytes); }
};

/// An author and a piece for each.
std::vector<SaidOperation> read_said(ByteView input) {
    std::vector<SaidOperation> said;
    InputReader in(input);
    while (!in.is_empty() && said.size() < operations_max) {
        const std::uint8_t author = in.u8();
        said.push_back({author, to_bytes(in.piece())});
    }
    return said;
}

Bytes write_said(const std::vector<SaidOperation>& said) {
    Bytes input;
    for (const SaidOperation& one : said) {
        input.push_back(one.author);
        append_piece(input, one.bytes);
    }
    return input;
}

void add(network::OperationSet& set, const SaidOperation& one) {
    auto parsed = network::parse_operation(one.bytes);
    if (parsed)
        set.add({one.id(), Forest::get().known[one.author % schools].id, std::move(*parsed)});
}

void operation(ByteView input) {
    const std::vector<SaidOperation> said = read_said(input);
    network::OperationSet forward;
    network::OperationSet backward;
    for (const SaidOperation& one : said) {
        const auto parsed = network::parse_operation(one.bytes);
        if (parsed)
            ensure(network::parse_operation(network::encode_operation(*parsed)).has_value());
        add(forward, one);
    }
    for (auto one = said.rbegin(); one != said.rend(); ++one)
        add(backward, *one);
    crypto::SodiumVerifier verifier;
    const network::Roster first = forward.fold(Forest::get().genesis, verifier);
    const network::Roster second = backward.fold(Forest::get().genesis, verifier);
    // Two that have one id and different authors cannot exist; the first that came is kept.
    if (forward.size() == said.size())
        ensure(tests::summary(first) == tests::summary(second));
    ensure(first.coordinator_count() > 0);
}

/// References to what was said before, and the signature of an admission.
class Repairer {
public:
    void repair(SaidOperation& one) {
        auto parsed = network::parse_operation(one.bytes);
        if (parsed) {
            for (RevisionId& seen : parsed->seen)
                point(seen);
            std::visit([&](auto& act) { mend(act); }, parsed->act);
            one.bytes = network::encode_operation(*parsed);
        }
        before_.push_back(one.id());
    }

private:
    void point(RevisionId& id) {
        if (!before_.empty() && std::find(before_.begin(), before_.end(), id) == before_.end())
            id = before_[id.raw()[0] % before_.size()];
    }
    void mend(network::Invite& act) {
        if (!test_key_number(act.admit_key))
            act.admit_key = test_key(admit_key).public_key();
    }
    void mend(network::Admit& act) {
        point(act.invite);
        const Forest& forest = Forest::get();
        const tests::School& newcomer = forest.known[act.school.raw()[0] % schools];
        const bool is_known =
            std::any_of(forest.known.begin(), forest.known.end(), [&](const tests::School& school) {
                return school.id == act.school;
            });
        if (!is_known)
            act.school = newcomer.id;
        for (const tests::School& school : forest.known) {
            if (school.id == act.school)
                act.inception = school.inception;
        }
        const Bytes statement = network::admission_statement(
            act.handshake_hash, act.school, forest.genesis.charter_hash()
        );
        act.signature = test_key(admit_key).sign(crypto::SignLabel::admission, statement);
    }
    void mend(network::Join& act) {
        point(act.admit);
        act.charter_hash = Forest::get().genesis.charter_hash();
    }
    void mend(network::ConfirmAdmit& act) { point(act.admit); }
    void mend(network::EndInvite& act) { point(act.invite); }
    void mend(network::Confirm& act) { point(act.closing); }
    static void mend(network::SetRole& act) { mend_school(act.school); }
    static void mend(network::Suspend& act) { mend_school(act.school); }
    static void mend(network::Resume& act) { mend_school(act.school); }
    static void mend(network::Remove& act) { mend_school(act.school); }
    static void mend(network::Seen& /*act*/) {}
    static void mend(network::Leave& /*act*/) {}
    static void mend(network::LaterAct& /*act*/) {}
    static void mend(network::NameSuccessor& act) {
        if (act.successor)
            mend_school(*act.successor);
    }
    static void mend_school(SchoolId& school) {
        const auto& known = Forest::get().known;
        const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& one) {
            return one.id == school;
        });
        if (!is_known)
            school = known[school.raw()[0] % schools].id;
    }

    std::vector<RevisionId> before_;
};

void repair_operation(Bytes& input) {
    std::vector<SaidOperation> said = read_said(input);
    Repairer repairer;
    for (SaidOperation& one : said)
        repairer.repair(one);
    input = write_said(said);
}

/// Builds what the schools of the forest say.
struct Telling {
    std::vector<SaidOperation> said;

    RevisionId say(std::uint8_t author, network::Act act, std::vector<RevisionId> seen) {
        said.push_back({author, network::encode_operation({std::move(seen), std::move(act)})});
        return said.back().id();
    }
    RevisionId invite(std::uint8_t author, std::vector<RevisionId> seen) {
        crypto::Secret32 psk;
        std::ranges::fill(psk.writable(), static_cast<std::uint8_t>(said.size()));
        return say(
            author,
            network::Invite{std::move(psk), test_key(admit_key).public_key(), WallTime{1}},
            std::move(seen)
        );
    }
    RevisionId admit(std::uint8_t author, std::size_t newcomer, const RevisionId& invite) {
        const Forest& forest = Forest::get();
        const tests::School& school = forest.known[newcomer];
        const Digest handshake(Digest::Raw{1});
        const auto signature = test_key(admit_key).sign(
            crypto::SignLabel::admission,
            network::admission_statement(handshake, school.id, forest.genesis.charter_hash())
        );
        return say(
            author,
            network::Admit{invite, school.id, school.inception, handshake, signature},
            {invite}
        );
    }
    RevisionId join(std::uint8_t newcomer, const RevisionId& admit) {
        return say(newcomer, network::Join{admit, Forest::get().genesis.charter_hash()}, {admit});
    }
};

/// A school names two that have not seen each other, a version of later says something on top of
/// that, and two take the school out.
Bytes succession_seed() {
    const Forest& forest = Forest::get();
    Telling told;
    const RevisionId in = told.admit(0, 1, told.invite(0, {}));
    const RevisionId up =
        told.say(0, network::SetRole{forest.known[1].id, network::Role::coordinator}, {in});
    const RevisionId other_in = told.admit(0, 2, told.invite(0, {up}));
    const RevisionId one = told.say(2, network::NameSuccessor{forest.known[1].id}, {other_in});
    const RevisionId other = told.say(2, network::NameSuccessor{}, {other_in});
    const RevisionId later = told.say(1, network::LaterAct{23}, {one, other});
    const RevisionId removed =
        told.say(0, network::Remove{forest.known[2].id, network::Reason::closed, {}}, {later});
    told.say(1, network::Confirm{removed}, {removed});
    return write_said(told.said);
}

std::vector<Bytes> operation_seeds() {
    const Forest& forest = Forest::get();
    Telling quiet;
    const RevisionId invite = quiet.invite(0, {});
    const RevisionId admit = quiet.admit(0, 1, invite);
    const RevisionId joined = quiet.join(1, admit);
    const RevisionId made =
        quiet.say(0, network::SetRole{forest.known[1].id, network::Role::coordinator}, {joined});
    const RevisionId second = quiet.invite(1, {made});
    quiet.say(0, network::EndInvite{second}, {second});
    quiet.say(
        1, network::SetRole{forest.known[0].id, network::Role::member, WallTime{9}}, {second}
    );

    Telling disputed;
    const RevisionId code = disputed.invite(0, {});
    const RevisionId first_admit = disputed.admit(0, 2, code);
    disputed.admit(0, 3, code);
    disputed.say(0, network::ConfirmAdmit{first_admit}, {first_admit});
    disputed.join(2, first_admit);

    Telling closing;
    const network::Pins pins{
        {LogId(LogId::Raw{1}), LogSize{3}, TreeHash(TreeHash::Raw{4})},
        {LogId(LogId::Raw{2}), LogSize{9}, TreeHash(TreeHash::Raw{5})}};
    const RevisionId first = closing.invite(0, {});
    const RevisionId in = closing.admit(0, 1, first);
    const RevisionId up =
        closing.say(0, network::SetRole{forest.known[1].id, network::Role::coordinator}, {in});
    const RevisionId other = closing.invite(1, {up});
    const RevisionId other_in = closing.admit(1, 2, other);
    const RevisionId removed = closing.say(
        0, network::Remove{forest.known[2].id, network::Reason::closed, pins}, {other_in}
    );
    const RevisionId confirmed = closing.say(1, network::Confirm{removed}, {removed});
    closing.say(2, network::Leave{network::Reason::own_wish, pins}, {other_in});
    const RevisionId out =
        closing.say(0, network::Suspend{forest.known[1].id, network::Reason::silent}, {confirmed});
    closing.say(0, network::Resume{forest.known[1].id, network::Reason::mistake}, {out});
    closing.say(1, network::Seen{}, {confirmed});
    return {
        write_said(quiet.said),
        write_said(disputed.said),
        write_said(closing.said),
        succession_seed()};
}

} // namespace

Targets roster_targets() {
    return {{"operation", operation, operation_seeds, repair_operation, 200}};
}

} // namespace staffroom::fuzz
