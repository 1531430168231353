// Acts of this school on who belongs to a network and how: what one would change, whether it is in
// vain, and its pins. Asked before a person is asked, and again when it is written. It judges
// nothing itself: it folds the roster once more with the act in it, so what is foretold is what
// every node will find. [M3] [M11]
#pragma once

#include "protocol/replica/membership/networks.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::replica {

class MembershipActs {
public:
    MembershipActs(const Context& context, const Logbook& logbook, const NetworkState& network)
        : context_(context)
        , logbook_(logbook)
        , network_(network) {}

    /// How a school stands now. A school of which the network never heard has `none`.
    [[nodiscard]] Standing standing_of(const SchoolId& school) const {
        return standing_in(network_.roster, school);
    }
    [[nodiscard]] SchoolStanding describe(const SchoolId& school) const;
    /// Why this school is out; nothing while it is in.
    [[nodiscard]] std::optional<FormerNetwork> own_end() const;
    /// Every closing that lacks signatures.
    [[nodiscard]] std::vector<ProposalStatus> proposals() const;

    /// What the roster as it is says against an act; what it would come to is another question.
    [[nodiscard]] std::optional<ChangeRefusal> why_not(const network::Act& act) const;
    /// One more signature of this school would bring a proposal into force. Those that were written
    /// at once did not see each other. As slow as effect_of.
    [[nodiscard]] bool completes(const RevisionId& closing) const;
    /// The act as this node would write it: a closing says how far the logs of its school go here.
    [[nodiscard]] network::Act complete(network::Act act) const;
    /// What an act would change. As slow as a fold from nothing.
    [[nodiscard]] MembershipEffect effect_of(network::Act act) const;

private:
    [[nodiscard]] Standing standing_in(const network::Roster& roster, const SchoolId& school) const;
    [[nodiscard]] network::Roster roster_with(network::Act act) const;
    [[nodiscard]] network::Pins pins_for(const SchoolId& school) const;
    [[nodiscard]] std::optional<SchoolId> subject_of(const network::Act& act) const;
    [[nodiscard]] const network::Proposal* find_proposal(const RevisionId& id) const;
    [[nodiscard]] bool names_what_is_not_here(const network::Proposal& proposal) const;
    [[nodiscard]] bool is_left_to_itself(const SchoolId& school) const;
    [[nodiscard]] std::optional<ChangeRefusal> why_not_name(const network::NameSuccessor& act
    ) const;
    [[nodiscard]] std::optional<ChangeRefusal> why_not_settle(const RevisionId& admit) const;
    void
    compare(MembershipEffect& effect, const SchoolId& school, const network::Roster& after) const;
    void count_records(
        MembershipEffect& effect, const SchoolId& school, const network::Roster& after
    ) const;

    const Context& context_;
    const Logbook& logbook_;
    const NetworkState& network_;
};

} // namespace staffroom::replica
