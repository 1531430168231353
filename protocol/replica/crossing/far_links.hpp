// The lines between gateways of two linked networks: whom this node dials there, who may call, and
// what both say. Each tells the other what crosses, asks for what it lacks, and writes what proves
// itself into its own log. The attacks: a member of either network, who knows the SharingId too,
// calls as a gateway; a gateway asks for what does not cross, brings what it was not asked for, or
// lies in what it brings; the greeting betrays a network's id or how much it holds. [A12] [A13]
//
//   dialler                                 responder
//     XXpsk0 with the key of the link  --->
//     FarHello {chain, side}          <--->   FarHello: certified by a school on the card in force
//     FarActs {ends, renewals}        <--->   FarActs         again whenever there is more
//     FarCrossing {log, places}       <--->   FarCrossing     again whenever there is more
//     FarAsk {log, places}             --->
//                                     <---    FarRelay        one question at a time, each way;
//     FarAsk {next places}             --->                   the next while the answer is checked
#pragma once

#include "protocol/replica/crossing/passports.hpp"
#include "protocol/replica/erasure/erasures.hpp"
#include "protocol/replica/files/far_files.hpp"
#include "protocol/replica/links/links.hpp"
#include "protocol/replica/ports/crossing_status.hpp"

namespace staffroom::replica {

class FarLinks : public Part, public FarFiles {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        OwnLogs& own_logs;
        Networks& networks;
        Links& links;
        LinkBook& book;
        const Shelf& shelf;
        Passports& passports;
        const Erasures& erasures;
    };
    explicit FarLinks(const Parts& parts)
        : parts_(parts) {}

    void opened(Link& link);
    // Errors of all of these end the link with their code.
    [[nodiscard]] Result<void> hello_arrived(Link& link, const wire::FarHello& hello);
    [[nodiscard]] Result<void> crossing_arrived(Link& link, const wire::FarCrossing& crossing);
    [[nodiscard]] Result<void> asked(Link& link, const wire::FarAsk& ask);
    [[nodiscard]] Result<void> relay_arrived(Link& link, const wire::FarRelay& message);
    [[nodiscard]] Result<void> acts_arrived(Link& link, const wire::FarActs& message);
    void sign_of_life(Link& link, const wire::Message& message);

    [[nodiscard]] std::vector<LinkCrossing> crossings();
    /// The gateways of all links, without counting what has crossed.
    [[nodiscard]] std::vector<FarGatewayStatus> gateways();

    [[nodiscard]] std::optional<EntryPlace>
    place_there(const Link& link, const EntryPlace& here) const override;
    [[nodiscard]] std::optional<EntryPlace>
    place_here(const Link& link, const EntryPlace& there) const override;
    [[nodiscard]] EntryPlace meant_here(const Link& link, const EntryPlace& named) const override;
    [[nodiscard]] EntryPlace named_there(const Link& link, const EntryPlace& here) const override;
    [[nodiscard]] bool is_quiet(const Link& link) const override;
    [[nodiscard]] bool can_tell() const override { return parts_.shelf.is_read(); }
    [[nodiscard]] bool gives(const Link& link, const EntryPlace& entry) override;

    /// A gateway of another network that has said who it is, and is on the card in force.
    struct Speaker {
        const LinkKnown& link;
        SchoolId school;
    };
    [[nodiscard]] std::optional<Speaker> speaker(LinkId link) const;
    /// The lines over which somebody has said so.
    [[nodiscard]] std::vector<LinkId> speakers() const;
    /// Whether this node may write into the governance of a network.
    [[nodiscard]] bool may_write(const NetworkId& network) const;
    /// Notes that the gateway behind a line has lied: it is not heard for a while.
    void caught(LinkId link, agreement::Refusal why);
    /// By how much later than the first gateway of its network this node takes its turn.
    [[nodiscard]] std::chrono::microseconds
    turn_delay(const LinkKnown& link, std::uint8_t subject) const;

    void link_closed(const Link& link, Errc why) override;
    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void store_finished(StoreId id, bool succeeded) override;
    void log_cut(const LogId& id) override;
    void pump() override;
    void settled() override;
    [[nodiscard]] std::optional<Instant> deadline() const override;

private:
    /// What is wanted of one log of the other network, and when it last became less.
    struct Wanted {
        std::set<Position> places{};
        Instant since;
    };
    struct Question {
        LogId log;
        std::vector<Position> places;
        Instant until;
    };
    /// One line to one gateway.
    struct Talk {
        NetworkId network;
        SharingId link;
        std::optional<SchoolId> school{};               // once it has said so, and is on the card
        std::optional<identity::IdentityChain> chain{}; // with which it has said so
        std::map<LogId, std::set<Position>> told{};
        std::uint64_t told_at = 0;                               // number of what crosses
        std::optional<std::pair<AgreementId, Digest>> told_by{}; // agreement and own card
        std::map<LogId, Wanted> wanted{};
        std::size_t wanted_count = 0;
        std::optional<Question> question{};
        std::optional<Question> taking{}; // answered, and its answer is being checked
        std::set<StoreId> storing{};
        bool is_serving = false;
        std::optional<wire::FarAsk> held{}; // asked while what crosses was read anew
        std::uint64_t ends_at = 0;          // number of the ends that were told
        std::set<Bytes> ends{};             // told, with their signatures
        std::uint64_t renewals_at = 0;      // number of those that were told
        std::map<AgreementId, agreement::Signatures> renewals{}; // told, with these
        Instant acts_from{0};                                    // when more are told
        Instant acts_until{0}; // up to when those that came fill one message a second
    };
    /// An answer in the making. [A6]
    struct Answer {
        LinkId link;
        std::vector<Position> places;
        PassportBook::Kept passport;
        LogState state; // of the log, as it was when the answer was begun
        std::optional<LoadedRanges> ranges{};
        std::optional<LoadedChunk> chunk{};
    };
    /// The same for what another network has given: it is given on as it was carried here. [A15]
    struct PassedAnswer {
        LinkId link;
        LogId log;
        std::vector<Position> places{}; // of one passage, in one log here
        Through through{LogId(LogId::Raw{}), Digest(Digest::Raw{})};
        agreement::SignedStatement passport{};
        EntryPlace proof{LogId(LogId::Raw{}), Position{0}};
        std::vector<EntryPlace> entries{}; // by place
        std::optional<LoadedBodies> proof_body{};
        std::optional<LoadedBodies> bodies{};
    };
    struct Dialling {
        NetworkId network;
        SharingId link;
        SchoolId school;
        std::string address;
        friend auto operator<=>(const Dialling&, const Dialling&) = default;
    };
    struct Dialled {
        std::uint32_t failures = 0;
        Instant next_try{0};
        std::optional<LinkId> link{};
        std::string trouble{};
    };
    using LinkName = std::pair<NetworkId, SharingId>;

    [[nodiscard]] Talk* talk_of(LinkId link);
    [[nodiscard]] const Talk* talk_of(LinkId link) const;
    [[nodiscard]] bool is_giving(const LinkKnown& link) const;
    void
    answer_nothing(Link& link, Talk& talk, const LogId& log, const std::vector<Position>& places);
    void answer_held(Link& link, Talk& talk);
    [[nodiscard]] const LinkKnown* known(const Talk& talk) const;
    [[nodiscard]] bool is_certified(
        const Link& link, const NetworkId& network, const identity::IdentityChain& shown
    ) const;
    [[nodiscard]] bool may_speak(const Link& link, const Talk& talk) const;
    void drop_double(const Link& link, const Talk& talk);
    void dial_due();
    void dial(const Dialling& whom, Dialled& dialled);
    [[nodiscard]] bool is_talking_with(const Dialling& whom) const;
    [[nodiscard]] bool is_taken(const Dialling& whom) const;
    void list_addresses();

    // ---- what we give
    void tell(Link& link, Talk& talk);
    void tell_acts(Link& link, Talk& talk);
    void tell_ends(const LinkKnown& of, Talk& talk, wire::FarActs& message) const;
    void tell_renewals(const LinkKnown& of, Talk& talk, wire::FarActs& message) const;
    [[nodiscard]] bool
    is_end_of(const LinkKnown& link, const agreement::SignedStatement& end) const;
    [[nodiscard]] bool
    costs_signature(const LinkKnown& link, const agreement::SignedStatement& end) const;
    [[nodiscard]] const identity::IdentityChain*
    better_chain(const NetworkId& network, const SchoolId& school) const;
    [[nodiscard]] bool may_learn(const LinkKnown& of, const Bytes& wire) const;
    [[nodiscard]] std::optional<agreement::LinkRenewal>
    good_renewal(const LinkKnown& of, const agreement::LinkRenewal& act) const;
    [[nodiscard]] std::optional<Instant> acts_deadline(const Talk& talk) const;
    void count_ours(
        const LinkKnown& link,
        const LogId& log,
        const std::vector<Outgoing>& all,
        LinkCrossing& shown
    );
    void count_onward(const LinkKnown& link, LinkCrossing& shown);
    void finish(const Answer& answer);
    [[nodiscard]] std::optional<agreement::Relay> make_relay(const Answer& answer);
    [[nodiscard]] std::vector<Bytes> chains_for(const Answer& answer) const;
    void say_places(
        Link& link, Talk& talk, wire::FarCrossing crossing, const std::vector<Position>& places
    );
    void tell_passages(Link& link, Talk& talk, const LinkKnown& of);
    [[nodiscard]] std::set<LogId> passages_to_tell(const Talk& talk) const;
    void asked_for_passage(Link& link, Talk& talk, const wire::FarAsk& ask);
    [[nodiscard]] std::optional<EntryPlace>
    passed_entry(const LinkKnown& of, const EntryPlace& there) const;
    [[nodiscard]] Result<void>
    add_passed(const LinkKnown& of, Position place, PassedAnswer& answer) const;
    [[nodiscard]] std::optional<PassedAnswer>
    next_passed(const LinkKnown& of, LinkId link, const wire::FarAsk& ask) const;
    void passed_loaded(LoadId id, const Result<Loaded>& outcome);
    void finish_passed(const PassedAnswer& answer);
    [[nodiscard]] std::optional<agreement::Relay>
    pass_on(const NetworkId& network, const PassedAnswer& answer) const;
    [[nodiscard]] std::vector<Bytes> chains_on_the_way(
        const NetworkId& network,
        const agreement::Relay& came,
        const agreement::Hop& hop,
        const agreement::SignedStatement& passport
    ) const;
    void send_relay(
        Link& link, Talk& talk, const wire::FarAsk& asked, std::optional<agreement::Relay> relay
    );

    // ---- what we take
    void ask_on(Link& link, Talk& talk);
    void want(Talk& talk, const LogId& log, const std::vector<Position>& places);
    void let_go(Talk& talk, const LogId& log, Position place);
    [[nodiscard]] Instant turn_at(const Talk& talk, const LogId& log, const Wanted& wanted) const;
    [[nodiscard]] std::set<FarPlace> asked_elsewhere(const Talk& talk) const;
    void forget_written();
    [[nodiscard]] Result<void>
    take(Link& link, Talk& talk, const Question& question, const agreement::Relay& relay);
    void carry(
        Talk& talk,
        const LinkKnown& link,
        const agreement::Relay& relay,
        const std::vector<std::size_t>& places
    );
    [[nodiscard]] RevisionId
    proof_entry(const LinkKnown& link, const agreement::Relay& relay, OwnLogs::Draft& draft);
    [[nodiscard]] bool is_called_back(
        const NetworkId& network, const RevisionId& revision, const agreement::CheckedProof& proof
    ) const;
    void refuse(const Talk& talk, agreement::Refusal why);

    Parts parts_;
    std::map<LinkId, Talk> talks_;
    std::map<Dialling, Dialled> dialled_;
    std::uint64_t listed_at_ = 0;
    std::map<SchoolId, Instant> liars_; // until when they are not heard
    std::map<LoadId, std::shared_ptr<Answer>> answers_;
    std::map<LoadId, std::pair<std::shared_ptr<PassedAnswer>, bool>> passed_answers_; // is proof
    struct Storing {
        NetworkId network;
        std::vector<FarPlace> places;
        Bytes passport; // whose proof went along
    };
    std::map<StoreId, Storing> storing_;
    std::map<NetworkId, std::set<FarPlace>> written_;          // and not judged on the shelf yet
    std::map<std::pair<NetworkId, Bytes>, RevisionId> proofs_; // of ours, by their passports
    std::map<LinkName, std::map<agreement::Refusal, std::uint64_t>> refused_;
};

} // namespace staffroom::replica
