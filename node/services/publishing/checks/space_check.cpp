#include "node/services/publishing/checks/space_check.hpp"

#include "node/services/publishing/checks/crossing_check.hpp"
#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"

namespace staffroom::services {

using records::Reach;

std::variant<SpaceId, Refusal> find_space(
    const ReadRecord& read,
    const SchoolId& school,
    const RecordRow* place,
    const std::optional<SpaceId>& asked
) {
    const Reach reach = read.facts.reach;
    const bool is_in_network =
        place != nullptr && place->reach >= static_cast<std::uint32_t>(Reach::network);
    const std::string name(records::reach_name(reach));
    if (reach == Reach::circle || reach == Reach::open)
        return Refusal{
            {Errc::not_allowed, "Reach " + name + " is not supported by this version."},
            "record.reach",
            "use --reach school, or --network NET for other schools."};
    if (reach != Reach::linked && !read.links.empty() && !read.is_kept_back)
        return Refusal{
            {Errc::not_allowed, "A record for other networks has reach linked, not " + name + "."},
            "record.reach",
            "leave out --link, or give --reach linked."};
    if (reach < Reach::network && asked && !read.is_kept_back)
        return Refusal{
            {Errc::not_allowed, "A record for a network has reach network, not " + name + "."},
            "record.reach",
            "leave out --network to keep it in this school, or --reach to share it."};
    if (reach < Reach::network && is_in_network)
        return Refusal{
            {Errc::not_allowed,
             "The record has been shared with a network and cannot be narrowed to " + name + "."},
            "record.narrowed",
            "take it back with `staffroom retract " +
                to_base32(place->document).substr(0, id_prefix_characters_min) +
                " --reason TEXT`, and publish a new one for the school."};
    if (reach < Reach::network)
        return log::school_space(school);
    if (is_in_network) {
        if (place->reach > static_cast<std::uint32_t>(reach))
            return Refusal{
                {Errc::not_allowed,
                 "The record has been shared with other networks and cannot be narrowed to " +
                     name + "."},
                "record.narrowed",
                "take it back with `staffroom retract " +
                    to_base32(place->document).substr(0, id_prefix_characters_min) +
                    " --reason TEXT`, and publish a new one for your network."};
        if (asked && !place->spaces.contains(*asked))
            return Refusal{
                {Errc::not_allowed, "The record stands in another network."},
                "record.other-network",
                "publish it there as a record of its own."};
        return *place->spaces.begin();
    }
    if (!asked && reach == Reach::linked)
        return no_link();
    if (!asked)
        return Refusal{
            {Errc::not_allowed, "Reach " + name + " needs the name or id of a network."},
            "record.reach",
            "add --network NET; `staffroom network list` shows the names."};
    return *asked;
}

} // namespace staffroom::services
