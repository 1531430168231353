// What of a set of operations counts [M2]-[M7]: for each a handful of questions with the answers
// yes, no, or open as long as something that it depends on is open. Answers follow from each other
// until nothing more follows; what is open then are circles, which are decided by strength. Pure.
// Read by the roster. A slow twin stands in the tests.
//
// A member can write as many operations as it likes, so each question costs what its own school
// has been granted and closed, not all operations; only what is behind a cut looks for witnesses
// among all others.
#pragma once

#include "protocol/network/roster/facts.hpp"

#include <array>
#include <span>

namespace staffroom::network {

enum class Truth : std::uint8_t { no, open, yes };

[[nodiscard]] inline Truth both(Truth one, Truth other) {
    return one < other ? one : other;
}
[[nodiscard]] inline Truth either(Truth one, Truth other) {
    return one < other ? other : one;
}
[[nodiscard]] inline Truth opposite(Truth truth) {
    if (truth == Truth::open)
        return truth;
    return truth == Truth::yes ? Truth::no : Truth::yes;
}

template <class One> [[nodiscard]] bool is_a(const PlacedOperation& placed) {
    return std::holds_alternative<One>(placed.operation.act);
}

enum class Question : std::uint8_t {
    acts,        // its author may act at it
    coordinates, // its author may coordinate at it
    leaves,      // a leave: its author is in
    grants,      // a role that counts
    eligible,    // an admit [M7]
    settled,
    admits, // an admit that counts
    weak,   // a signature of a closing takes effect on what is below coordinate [M3]
    strong, // on all
    takes,  // strong, and a coordinator stays [M5]
};
inline constexpr std::size_t question_count = 10;

struct OpenQuestion {
    Place at;
    Question question;
    friend auto operator<=>(const OpenQuestion&, const OpenQuestion&) = default;
};

class Judge {
public:
    /// Both outlive this, and may grow.
    Judge(const History& history, const Facts& facts)
        : history_(history)
        , facts_(facts) {}

    /// Judges all operations. O(n) questions; more only where schools were closed.
    void judge_all();
    /// Judges the operations behind those that were judged, when that cannot change an answer that
    /// was given: none of them has the power to close, lift or settle, and each has seen every
    /// effect. False when it could, and nothing is done then.
    [[nodiscard]] bool judge_more();

    [[nodiscard]] bool is(Question question, Place at) const {
        return answers_[at][static_cast<std::size_t>(question)] == Truth::yes;
    }
    /// What a school is granted in the end.
    [[nodiscard]] Gives standing(SchoolNumber school) const;
    /// A grant of this school stands in the end.
    [[nodiscard]] bool holds(SchoolNumber school, const Grant& grant) const;
    /// The effects that close a grant by which this school could write; not those that a resume has
    /// lifted.
    [[nodiscard]] std::vector<Place> closing_effects(SchoolNumber school) const;
    /// Every grant by which this school could write, and that counts, is in the past of this place.
    [[nodiscard]] bool sees_all_grants(Place at, SchoolNumber school) const;
    /// All that closed a grant of this school were suspensions.
    [[nodiscard]] bool is_suspended(SchoolNumber school) const;
    /// Whether its own leave or a removal closes each grant by which it could write.
    [[nodiscard]] bool is_gone(SchoolNumber school) const;
    /// It closes, or has closed, what it is about, as far as signatures go: `standing` is what that
    /// school has in the end.
    [[nodiscard]] bool is_in_effect(Place closing, Gives standing) const;

private:
    friend class Circles;
    using Answers = std::array<Truth, question_count>;

    void begin(Place at);
    bool follow();
    bool ask_all(Place at, std::span<const Question> questions);
    [[nodiscard]] Truth ask(Question question, Place at) const;
    [[nodiscard]] Truth answer(Question question, Place at) const;
    [[nodiscard]] bool has_coordinator() const;
    [[nodiscard]] bool is_quiet(Place at) const;
    [[nodiscard]] bool is_powerless(Place at) const;
    void bury_effects();
    [[nodiscard]] std::span<const Place> effects_on(SchoolNumber school, const Grant& grant) const;

    [[nodiscard]] Truth counts(const Grant& grant) const;
    struct Standing {
        Place at;
        SchoolNumber school;
        Gives gives;
        bool by_past;
    };
    [[nodiscard]] Truth stands(Place at, SchoolNumber school, Gives gives, bool by_past) const;
    [[nodiscard]] Truth is_held(const Standing& standing, const Grant& grant) const;
    [[nodiscard]] Truth closes(Place effect, const Grant& grant) const;
    [[nodiscard]] Truth spares(Place effect, Place at, Gives gives) const;
    [[nodiscard]] Truth is_lifted(Place effect, Place at) const;
    [[nodiscard]] Truth is_witnessed(Place at, Place effect, Gives gives) const;
    [[nodiscard]] Truth is_independent(Place witness, Place effect, Gives gives) const;
    [[nodiscard]] Truth is_eligible(Place admit) const;
    [[nodiscard]] Truth is_invited(Place invite, Place admit) const;
    [[nodiscard]] Truth has_ended(Place invite, Place admit) const;
    [[nodiscard]] Truth is_settled(Place admit) const;
    [[nodiscard]] Truth is_admitted(Place admit) const;
    [[nodiscard]] Truth signed_by(Place effect, Question standing, std::size_t schools) const;
    [[nodiscard]] Truth is_strong(Place effect) const;
    [[nodiscard]] Truth leaves_a_coordinator(Place effect) const;
    [[nodiscard]] bool has_rivals(Place admit) const;
    [[nodiscard]] const std::vector<Place>& others_than(SchoolNumber school) const;
    [[nodiscard]] const std::vector<Place>& possible_witnesses(Place at, SchoolNumber closed) const;
    Truth settle_trail(std::size_t mark, Truth truth) const;

    const History& history_;
    const Facts& facts_;
    std::vector<Answers> answers_;
    std::vector<Place> open_;               // operations with an open answer
    std::vector<std::vector<Place>> alive_; // closings, by school, that may take effect
    std::vector<Place> effects_;            // that take effect, for one more operation
    std::vector<Place> unsettled_;          // admits that are eligible and do not count
    bool decides_circles_ = true;           // in favour of an effect
    struct Others {
        Place size = 0;
        std::vector<Place> places{};
    };
    mutable std::map<SchoolNumber, Others> others_{}; // operations of all other schools
    struct Witnesses {
        Place size = 0;
        Place at = 0;
        SchoolNumber closed = 0;
        std::vector<Place> places{};
    };
    mutable Witnesses witnesses_{}; // of what was asked about last
    mutable bool is_tracing_ = false;
    mutable std::vector<OpenQuestion> trail_{}; // that the last one asked depends on
};

} // namespace staffroom::network
