// The search for the position where a neighbour's history of a log parts from ours: the questions
// to ask, and what the answers prove. The asking side keeps this state; the answering side keeps
// none. Pure: hashes in, questions or evidence out. Not here: links, loads and signatures
// (replica/transfer/fork_finder). [S14]
//
//   whole log -> the first subtree below `size` that differs -> its descendants four levels below
//   -> ... -> a leaf: evidence
#pragma once

#include "protocol/log/fork.hpp"
#include "protocol/wire/messages.hpp"

namespace staffroom::sync {

/// Our own history: the entries [0, stored), and what the head says of the rest.
struct OwnHistory {
    log::SignedHead head;
    LogSize stored;
    log::CompactRange right; // [stored, head.size)
};

using RangeBounds = std::vector<std::pair<LogSize, LogSize>>;

/// Returns the ranges of our own tree that answer a question. Errors: out_of_range (beyond what is
/// stored).
[[nodiscard]] Result<RangeBounds> ranges_of(const wire::ForkQuestion& question, LogSize stored);

/// Builds the answer from those ranges as they were loaded, without hashes where the head cannot be
/// proven.
[[nodiscard]] wire::ForkAnswer answer_question(
    const wire::ForkQuestion& question,
    std::span<const log::CompactRange> ranges,
    const OwnHistory& own
);

class ForkSearch {
public:
    /// Starts a search. `size` counts the entries that both hold: at least 1 and at most
    /// `own.stored`.
    ForkSearch(OwnHistory own, LogSize size);

    /// Returns what to ask next, of both sides.
    [[nodiscard]] const wire::ForkQuestion& question() const { return question_; }

    /// Takes both answers to the question: returns evidence when the position is found, nothing
    /// when there is a next question. Errors: bad_proof and malformed (the neighbour's answer
    /// proves nothing), corrupt (our own does not), not_found (no difference among the first `size`
    /// entries). After an error the search is over. The caller checks the signature of
    /// `theirs.head`.
    [[nodiscard]] Result<std::optional<log::ForkEvidence>>
    take(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs);

    /// Returns the neighbour's head, from the first answer on.
    [[nodiscard]] const std::optional<log::SignedHead>& their_head() const { return their_head_; }
    [[nodiscard]] const log::SignedHead& own_head() const { return own_.head; }

private:
    struct Piece {
        log::Subtree at;
        TreeHash ours;
        TreeHash theirs;
    };
    [[nodiscard]] Result<std::vector<Piece>>
    whole(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs);
    [[nodiscard]] Result<std::vector<Piece>>
    inside(const wire::ForkAnswer& ours, const wire::ForkAnswer& theirs) const;
    [[nodiscard]] std::optional<log::ForkEvidence> descend(std::span<const Piece> pieces);

    OwnHistory own_;
    wire::ForkQuestion question_;
    std::optional<log::SignedHead> their_head_;
    std::optional<Piece> differs_;    // the subtree that the question is about
    log::CompactRange shared_;        // [0, begin of it)
    log::CompactRange right_of_ours_; // [end of it, size of the head)
    log::CompactRange right_of_theirs_;
};

} // namespace staffroom::sync
