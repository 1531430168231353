#include "node/services/readiness.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::uint64_t bytes_per_mb = 1'000'000;
constexpr std::uint64_t room_for_a_commit = 16 * bytes_per_mb;

NotReady from_commit(Errc trouble) {
    if (trouble == Errc::disk_full)
        return {
            "disk.full",
            "There is no space left on the disk.",
            "free some space; the node goes on by itself."};
    if (trouble == Errc::corrupt)
        return {
            "store.damaged",
            "Stored data does not pass its check.",
            "start the node again: it repairs its store and fetches the rest from neighbours."};
    return {
        "store.failing",
        "The last write to the disk failed.",
        "run `staffroom doctor` to see what is wrong."};
}

} // namespace

std::optional<std::uint64_t> free_disk_bytes(const Services& services) {
    std::error_code error;
    const auto space = std::filesystem::space(services.facts.store_folder, error);
    return error ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

std::optional<NotReady> not_ready(const Services& services) {
    const node::Metrics& metrics = services.instruments.metrics;
    if (metrics.is_stopping)
        return NotReady{
            "node.stopping", "The node is stopping.", "start it again when it has ended."};
    const auto floor = static_cast<std::uint64_t>(services.config.disk_floor_mb) * bytes_per_mb;
    const auto free = free_disk_bytes(services);
    // Nobody may write again before he hears that there is room, so room itself ends the trouble.
    const bool has_room = free && *free >= std::max(floor, room_for_a_commit);
    const bool is_over = metrics.commit_trouble == Errc::disk_full && has_room;
    if (metrics.commit_trouble && !is_over)
        return from_commit(*metrics.commit_trouble);
    if (!metrics.has_started)
        return NotReady{"node.starting", "The node is starting.", "wait a moment and ask again."};
    if (free && *free < floor)
        return NotReady{
            "disk.low",
            "The disk has less free space than node.disk_floor_mb asks for.",
            "free some space, or lower node.disk_floor_mb in staffroom.toml."};
    return std::nullopt;
}

} // namespace staffroom::services
