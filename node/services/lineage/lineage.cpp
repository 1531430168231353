#include "node/services/lineage/lineage.hpp"

#include "node/services/library/targets.hpp"
#include "node/services/lineage/network_border.hpp"
#include "protocol/base/text.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

namespace staffroom::services {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// The most origins; a teacher hands no practice on so often.
constexpr std::size_t lineage_origins_max = 500;

/// A collector of nodes from the nearest outwards.
class Collector {
public:
    Collector(const LibraryView& library, const runtime::StopSign& sign)
        : library_(library)
        , sign_(sign) {}

    Lineage collect(const RevisionId& document) {
        visit(document, 0, false);
        for (std::size_t i = 0; i < found_.nodes.size(); ++i) {
            if (is_full())
                break;
            if (!found_.nodes[i].row)
                continue;
            const RevisionId id = found_.nodes[i].id;
            const std::size_t steps = found_.nodes[i].steps;
            for (const Relation& relation : library_.relations_from(id))
                link(id, relation, steps);
            for (const Relation& relation : library_.relations_to(id))
                if (visit(relation.source_document, steps + 1, false))
                    link(relation.source_document, relation, steps + 1);
        }
        for (const RevisionId& origin : origins_of(library_, document, lineage_origins_max))
            if (const auto place = places_.find(origin);
                place != places_.end() && origin != document)
                found_.nodes[place->second].is_origin = true;
        return std::move(found_);
    }

private:
    bool is_full() {
        if (found_.edges.size() < lineage_edges_max && relations_ < lineage_relations_max &&
            !sign_.is_up())
            return false;
        found_.is_cut = true;
        return true;
    }

    /// Visits a record; returns false when there is no more room.
    bool visit(const RevisionId& id, std::size_t steps, bool is_stub) {
        if (places_.contains(id))
            return true;
        if (found_.nodes.size() == lineage_nodes_max) {
            found_.is_cut = true;
            return false;
        }
        places_.emplace(id, found_.nodes.size());
        found_.nodes.push_back({id, is_stub ? std::nullopt : library_.row_of(id), steps, false});
        return true;
    }

    void link(const RevisionId& from, const Relation& relation, std::size_t steps) {
        if (++relations_ > lineage_relations_max) {
            found_.is_cut = true;
            return;
        }
        const auto target = library_.bare_row_of(relation.target);
        // A record that a school replaced by sharing it stayed inside that school.
        if (!target && relation.kind == records::RelationKind::supersedes)
            return;
        const RevisionId to = target ? target->document : relation.target;
        if (!visit(to, steps + 1, !target))
            return;
        const bool has_newer =
            target && target->life != LifeState::retracted && !library_.is_head(relation.target);
        const auto seen = library_.bare_row_of_revision(relation.target);
        const LineageEdge edge{
            from,
            to,
            relation.kind,
            relation.target,
            seen ? seen->number : 0,
            has_newer,
            interpretation(relation, seen)};
        // Each edge is met from both of its ends.
        if (!known_edges_.emplace(from, edge.seen, edge.relation).second)
            return;
        if (found_.edges.size() < lineage_edges_max)
            found_.edges.push_back(edge);
        else
            found_.is_cut = true;
    }

    [[nodiscard]] std::optional<bool>
    interpretation(const Relation& relation, const std::optional<BareRow>& seen) {
        const auto source = library_.bare_row_of_revision(relation.source);
        if (relation.kind != records::RelationKind::tried_in || !seen || !source ||
            !crosses_border(library_, *source, *seen))
            return std::nullopt;
        // One record may try a hundred others, and its words stand on the disk.
        const auto known = interpreted_.find(relation.source);
        if (known != interpreted_.end())
            return known->second;
        const auto body = library_.words(relation.source);
        const bool is_interpreted = body && transposition_of(*body).is_interpreted();
        interpreted_.emplace(relation.source, is_interpreted);
        return is_interpreted;
    }

    const LibraryView& library_;
    const runtime::StopSign& sign_;
    std::size_t relations_ = 0;
    Lineage found_{{}, {}, false};
    std::map<RevisionId, std::size_t> places_{};
    std::set<std::tuple<RevisionId, RevisionId, records::RelationKind>> known_edges_{};
    std::map<RevisionId, bool> interpreted_{}; // by the revision that tried something
};

/// Makes a label for Graphviz: one line, with nothing that could end it or steer a terminal.
std::string label_of(const LineageNode& node) {
    std::string label = node.row ? node.row->title : "not here";
    if (node.row && are_words_gone(node.row->state))
        label = node.row->state == replica::BodyState::erased ? "erased record" : "refused record";
    else if (node.row && node.row->life == LifeState::retracted)
        label += " (taken back)";
    for (char& c : label)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    return label + " [" + to_base32(node.id).substr(0, 8) + "]";
}

} // namespace

Lineage
lineage_of(const LibraryView& library, const RevisionId& document, const runtime::StopSign& sign) {
    return Collector(library, sign).collect(document);
}

std::string to_dot(const Lineage& lineage) {
    Graph graph(lineage.nodes.size());
    std::map<RevisionId, std::size_t> places;
    for (std::size_t i = 0; i < lineage.nodes.size(); ++i)
        places.emplace(lineage.nodes[i].id, i);
    std::map<std::pair<std::size_t, std::size_t>, std::string> names;
    for (const LineageEdge& edge : lineage.edges) {
        const auto key = std::pair(places.at(edge.from), places.at(edge.to));
        std::string& name = names[key];
        if (name.empty())
            boost::add_edge(key.first, key.second, graph);
        name += (name.empty() ? "" : ", ") + std::string(records::relation_name(edge.relation));
        if (edge.is_interpreted && !*edge.is_interpreted)
            name += " (not yet interpreted)";
    }
    std::ostringstream out;
    boost::write_graphviz(
        out,
        graph,
        [&](std::ostream& to, std::size_t node) {
            to << "[label=" << boost::escape_dot_string(label_of(lineage.nodes[node])) << "]";
        },
        [&](std::ostream& to, const Graph::edge_descriptor& edge) {
            const auto key = std::pair(boost::source(edge, graph), boost::target(edge, graph));
            to << "[label=" << boost::escape_dot_string(names.at(key)) << "]";
        }
    );
    return out.str();
}

} // namespace staffroom::services
