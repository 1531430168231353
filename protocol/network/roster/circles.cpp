#include "protocol/network/roster/circles.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

bool is_about_effect(const OpenQuestion& open) {
    return open.question == Question::weak || open.question == Question::strong ||
           open.question == Question::takes;
}

using Graph = std::map<OpenQuestion, std::vector<OpenQuestion>>;

/// Tarjan's search without recursion: the strongly connected parts that lead to no other part.
class BottomParts {
public:
    explicit BottomParts(const Graph& graph)
        : graph_(graph) {}

    std::vector<std::vector<OpenQuestion>> run() {
        for (const auto& [start, next] : graph_)
            if (marks_.count(start) == 0)
                search(start);
        return std::move(found_);
    }

private:
    struct Mark {
        std::size_t number;
        std::size_t low;
        bool is_on_path;
        bool leads_out;
    };
    struct Frame {
        OpenQuestion at;
        std::size_t next;
    };

    void enter(OpenQuestion at) {
        marks_[at] = {marks_.size(), marks_.size(), true, false};
        marks_[at].low = marks_[at].number;
        path_.push_back(at);
        frames_.push_back({at, 0});
    }

    void search(OpenQuestion start) {
        enter(start);
        while (!frames_.empty()) {
            const OpenQuestion at = frames_.back().at;
            const std::vector<OpenQuestion>& next = graph_.at(at);
            if (frames_.back().next < next.size()) {
                const OpenQuestion to = next[frames_.back().next++];
                const auto known = marks_.find(to);
                if (known == marks_.end())
                    enter(to);
                else
                    look(marks_.at(at), known->second);
                continue;
            }
            frames_.pop_back();
            if (marks_.at(at).low == marks_.at(at).number)
                leave(at);
            if (!frames_.empty())
                look(marks_.at(frames_.back().at), marks_.at(at));
        }
    }

    static void look(Mark& from, const Mark& to) {
        if (to.is_on_path) {
            from.low = std::min(from.low, to.low);
            from.leads_out = from.leads_out || to.leads_out;
        } else {
            from.leads_out = true;
        }
    }

    void leave(OpenQuestion root) {
        std::vector<OpenQuestion> part;
        bool leads_out = false;
        for (bool is_root = false; !is_root;) {
            const OpenQuestion at = path_.back();
            path_.pop_back();
            marks_.at(at).is_on_path = false;
            leads_out = leads_out || marks_.at(at).leads_out;
            part.push_back(at);
            is_root = at == root;
        }
        std::sort(part.begin(), part.end());
        if (!leads_out)
            found_.push_back(std::move(part));
    }

    const Graph& graph_;
    std::map<OpenQuestion, Mark> marks_;
    std::vector<OpenQuestion> path_;
    std::vector<Frame> frames_;
    std::vector<std::vector<OpenQuestion>> found_;
};

} // namespace

void Circles::decide() {
    const Dependencies graph = dependencies();
    for (const Circle& circle : BottomParts(graph).run())
        decide(circle);
}

Circles::Dependencies Circles::dependencies() const {
    Dependencies graph;
    judge_.is_tracing_ = true;
    for (const Place at : judge_.open_) {
        for (std::size_t index = 0; index < question_count; ++index) {
            if (judge_.answers_[at][index] != Truth::open)
                continue;
            const auto question = static_cast<Question>(index);
            judge_.trail_.clear();
            static_cast<void>(judge_.ask(question, at));
            std::vector<OpenQuestion> on = judge_.trail_;
            std::sort(on.begin(), on.end());
            on.erase(std::unique(on.begin(), on.end()), on.end());
            graph.emplace(OpenQuestion{at, question}, std::move(on));
        }
    }
    judge_.trail_.clear();
    judge_.is_tracing_ = false;
    return graph;
}

void Circles::decide(const Circle& circle) {
    std::set<Place> effects;
    for (const OpenQuestion& open : circle)
        if (is_about_effect(open))
            effects.insert(open.at);
    std::set<Place> strongest;
    for (const Place one : effects) {
        const bool beats_all = std::all_of(effects.begin(), effects.end(), [&](Place other) {
            return judge_.facts_[one].subject == judge_.facts_[other].subject ||
                   is_stronger(one, other);
        });
        if (beats_all && judge_.decides_circles_)
            strongest.insert(one);
    }
    for (const OpenQuestion& open : circle) {
        Truth& answer = judge_.answers_[open.at][static_cast<std::size_t>(open.question)];
        if (effects.empty() || (is_about_effect(open) && strongest.empty()))
            answer = Truth::no;
        else if (is_about_effect(open) && strongest.count(open.at) > 0)
            answer = Truth::yes;
    }
}

std::vector<Place> Circles::signatures_of(Place effect) const {
    std::vector<Place> signatures;
    const Place closing = *judge_.facts_[effect].closing;
    for (const Place signature : judge_.facts_.signatures(closing))
        if (signature == effect || judge_.history_.sees(effect, signature))
            signatures.push_back(signature);
    if (signatures.empty())
        signatures.push_back(effect); // a school that leaves, or takes its own role
    return signatures;
}

std::size_t Circles::independent_signatories(Place effect) const {
    const Facts& facts = judge_.facts_;
    const std::vector<Place> signatures = signatures_of(effect);
    std::set<SchoolNumber> signatories;
    for (const Place signature : signatures)
        signatories.insert(facts[signature].author);
    std::set<SchoolNumber> independent;
    for (const Place signature : signatures) {
        const SchoolNumber author = facts[signature].author;
        // Roles in its past, from the founder on, that lead to the author past all signatories.
        std::set<Place> free;
        const auto is_free = [&](Place at, SchoolNumber school) {
            const std::vector<Place>& roles = facts.schools()[school].roles;
            return school == facts.founder() ||
                   std::any_of(roles.begin(), roles.end(), [&](Place role) {
                       return free.count(role) > 0 && judge_.history_.sees(at, role);
                   });
        };
        std::vector<Place> roles;
        for (const SchoolFacts& school : facts.schools())
            for (const Place role : school.roles)
                if (judge_.history_.sees(signature, role))
                    roles.push_back(role);
        std::sort(roles.begin(), roles.end());
        for (const Place role : roles) {
            const SchoolNumber by = facts[role].author;
            if ((by == author || signatories.count(by) == 0) && is_free(role, by))
                free.insert(role);
        }
        if (is_free(signature, author))
            independent.insert(author);
    }
    return independent.size();
}

bool Circles::is_stronger(Place one, Place other) const {
    const std::size_t ones = independent_signatories(one);
    const std::size_t others = independent_signatories(other);
    return ones != others ? ones > others : is_senior(one, other);
}

/// One signatory coordinates by a grant that all grants of all signatories of the other see.
bool Circles::is_senior(Place one, Place other) const {
    const Facts& facts = judge_.facts_;
    const History& history = judge_.history_;
    const auto roles_of = [&](Place effect) {
        std::vector<std::optional<Place>> grants; // none: that of the founder
        for (const Place signature : signatures_of(effect)) {
            const SchoolNumber author = facts[signature].author;
            if (author == facts.founder())
                grants.emplace_back(std::nullopt);
            for (const Place role : facts.schools()[author].roles)
                if (history.sees(signature, role))
                    grants.emplace_back(role);
        }
        return grants;
    };
    const auto ones = roles_of(one);
    const auto others = roles_of(other);
    return std::any_of(ones.begin(), ones.end(), [&](const auto& senior) {
        return std::all_of(others.begin(), others.end(), [&](const auto& junior) {
            return junior && (!senior || history.sees(*junior, *senior));
        });
    });
}

} // namespace staffroom::network
