#include "node/services/lineage/ways_back.hpp"

#include "node/services/library/targets.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dag_shortest_paths.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/strong_components.hpp>

namespace staffroom::services {
namespace {

using Ways = boost::adjacency_list<
    boost::vecS,
    boost::vecS,
    boost::directedS,
    boost::no_property,
    boost::property<boost::edge_weight_t, int>>;

/// Returns the number of the circle that each record is in; a circle of one is none.
std::vector<std::size_t> circles_of(const Ways& ways) {
    std::vector<std::size_t> circles(boost::num_vertices(ways));
    boost::strong_components(
        ways,
        boost::make_iterator_property_map(circles.begin(), boost::get(boost::vertex_index, ways))
    );
    return circles;
}

/// Returns which records come after one of `begins`; `ways` lead from the older to the newer.
std::vector<bool> later_than(const Ways& ways, const std::vector<std::size_t>& begins) {
    std::vector<boost::default_color_type> colours(boost::num_vertices(ways), boost::white_color);
    const auto map =
        boost::make_iterator_property_map(colours.begin(), boost::get(boost::vertex_index, ways));
    for (const std::size_t begin : begins)
        if (colours[begin] == boost::white_color)
            boost::depth_first_visit(ways, begin, boost::default_dfs_visitor(), map);
    std::vector<bool> later;
    later.reserve(colours.size());
    for (const boost::default_color_type colour : colours)
        later.push_back(colour != boost::white_color);
    return later;
}

} // namespace

WaysBack::WaysBack(
    const LibraryView& library, std::span<const RevisionId> documents, const runtime::StopSign& sign
) {
    for (const RevisionId& document : documents)
        place_of(document);
    collect(library, sign);
    measure();
}

std::size_t WaysBack::place_of(const RevisionId& document) {
    const auto [place, is_new] = places_.try_emplace(document, documents_.size());
    if (is_new)
        documents_.push_back(document);
    return place->second;
}

void WaysBack::collect(const LibraryView& library, const runtime::StopSign& sign) {
    const std::size_t documents_max = documents_.size() + ways_documents_max;
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (relations_read_ >= ways_relations_max || sign.is_up())
            return;
        const RevisionId document = documents_[i];
        for (const Ancestor& ancestor : library.ancestors_of(document)) {
            ++relations_read_;
            if (!carries_practice(ancestor.kind))
                continue;
            if (documents_.size() >= documents_max && !places_.contains(ancestor.document))
                continue;
            // A record that replaces one of its own school's is no step: nobody handed anything on.
            steps_.push_back(
                {i, place_of(ancestor.document), ancestor.kind != records::RelationKind::supersedes}
            );
        }
    }
}

/// Measures all in one walk: from a place before every record along the ways forward.
void WaysBack::measure() {
    const std::size_t begin = documents_.size();
    Ways all(documents_.size());
    for (const Step& step : steps_)
        boost::add_edge(step.to, step.from, 0, all);
    const std::vector<std::size_t> circles = circles_of(all);
    std::vector<std::size_t> in_circles;
    Ways ways(documents_.size() + 1);
    for (const Step& step : steps_)
        if (circles[step.from] == circles[step.to])
            in_circles.push_back(step.from);
        else
            boost::add_edge(step.to, step.from, step.counts ? -1 : 0, ways);
    for (std::size_t i = 0; i < documents_.size(); ++i)
        boost::add_edge(begin, i, 0, ways);
    const std::vector<bool> is_endless = later_than(all, in_circles);
    std::vector<int> distances(documents_.size() + 1, 0);
    boost::dag_shortest_paths(ways, begin, boost::distance_map(distances.data()));
    lengths_.assign(documents_.size(), 0);
    for (std::size_t i = 0; i < documents_.size(); ++i)
        if (!is_endless[i])
            lengths_[i] = static_cast<std::size_t>(-distances[i]);
}

std::size_t WaysBack::longest_from(const RevisionId& document) const {
    const auto place = places_.find(document);
    return place == places_.end() ? 0 : lengths_[place->second];
}

std::size_t longest_way_back(
    const LibraryView& library, const RevisionId& document, const runtime::StopSign& sign
) {
    return WaysBack(library, {&document, 1}, sign).longest_from(document);
}

} // namespace staffroom::services
