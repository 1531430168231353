#include "tests/simulation/world/lines.hpp"

namespace staffroom::simulation {

LineId Lines::connect(LineEnd dialler, LineEnd acceptor, Instant now) {
    const LineId id = ++last_line_;
    Line line{{dialler, acceptor}};
    line.opened = now;
    lines_.emplace(id, line);
    ends_.insert_or_assign(dialler, Side{id, true});
    ends_.insert_or_assign(acceptor, Side{id, false});
    return id;
}

Line* Lines::find(LineId id) {
    const auto at = lines_.find(id);
    return at == lines_.end() ? nullptr : &at->second;
}

std::optional<Lines::Side> Lines::find(LineEnd end) const {
    const auto at = ends_.find(end);
    return at == ends_.end() ? std::nullopt : std::optional(at->second);
}

void Lines::close(LineId id, bool at_dialler) {
    Line* line = find(id);
    const std::size_t side = at_dialler ? 0 : 1;
    if (line == nullptr || !line->is_open[side])
        return;
    line->is_open[side] = false;
    ends_.erase(line->ends[side]);
    if (!line->is_open[1 - side])
        lines_.erase(id);
}

std::vector<LineEnd> Lines::ends_of(std::size_t school) const {
    std::vector<LineEnd> found;
    for (auto at = ends_.lower_bound({school, LinkId{0}});
         at != ends_.end() && at->first.school == school;
         ++at)
        found.push_back(at->first);
    return found;
}

Instant Lines::send(Line& line, bool from_dialler, std::size_t bytes, Instant now) {
    const std::size_t side = from_dialler ? 0 : 1;
    const LineQuality of = quality(line.ends[side].school, line.ends[1 - side].school);
    Way& way = line.ways[side];
    std::chrono::microseconds under_way{0};
    if (of.bytes_per_second > 0)
        under_way = std::chrono::microseconds(
            static_cast<std::int64_t>(bytes * 1'000'000 / of.bytes_per_second)
        );
    way.free_at = std::max(way.free_at, now) + under_way;
    way.last_arrival = std::max(way.last_arrival, way.free_at + of.delay);
    return way.last_arrival;
}

void Lines::set_quality(std::size_t one, std::size_t other, LineQuality quality) {
    qualities_[{std::min(one, other), std::max(one, other)}] = quality;
}

LineQuality Lines::quality(std::size_t one, std::size_t other) const {
    const auto at = qualities_.find({std::min(one, other), std::max(one, other)});
    return at == qualities_.end() ? LineQuality{} : at->second;
}

void Lines::mend_all() {
    parted_.clear();
    cuts_.clear();
    qualities_.clear();
}

std::size_t Lines::pass(std::size_t school, std::size_t bytes) {
    const auto cut = cuts_.find(school);
    if (cut == cuts_.end())
        return bytes;
    const std::size_t through = std::min(cut->second, bytes);
    cut->second -= through;
    if (through < bytes)
        cuts_.erase(cut);
    return through;
}

} // namespace staffroom::simulation
