#include "tests/simulation/checks/checkers.hpp"

#include "protocol/base/text.hpp"
#include "tests/simulation/checks/end_state.hpp"

namespace staffroom::simulation {
namespace {

std::string name_of(std::size_t school) {
    return "school " + std::to_string(school);
}

bool has_liar(const Storm& storm) {
    return storm.scenario() == Scenario::forks || storm.scenario() == Scenario::garbage ||
           storm.scenario() == Scenario::crafted;
}

std::vector<std::size_t> honest_members(Storm& storm, const Gathering& gathering) {
    std::vector<std::size_t> found;
    for (const std::size_t school : gathering.members) {
        if (storm.world().witness().is_honest(school))
            found.push_back(school);
    }
    return found;
}

std::optional<replica::NetworkStatus>
status_of(Storm& storm, std::size_t school, const NetworkId& network) {
    if (!storm.world().is_running(school))
        return std::nullopt;
    for (auto& status : storm.world().school(school).replica->networks()) {
        if (status.network == network)
            return std::move(status);
    }
    return std::nullopt;
}

/// How much of this log its author's node holds; nothing while that is off.
std::uint64_t held_by_author(Storm& storm, std::size_t author, const replica::LogStatus& log) {
    if (!storm.world().is_running(author))
        return 0;
    for (const auto& held : storm.world().school(author).replica->logs(log.descriptor.space)) {
        if (held.id == log.id)
            return held.stored.value;
    }
    return 0;
}

/// What a node holds of the logs of honest schools, in words that can be compared. Missing is what
/// there is to fetch: a head may have been heard of before its author's disk went back in time, and
/// its entries are then nowhere.
std::string
honest_logs(Storm& storm, std::size_t school, const SpaceId& space, std::size_t& missing) {
    std::string text;
    for (const auto& log : storm.world().school(school).replica->logs(space)) {
        const auto author = storm.world().witness().find(log.descriptor.school);
        if (!author || !storm.world().witness().is_honest(*author) || log.stored.value == 0)
            continue;
        missing += log.stored.value < held_by_author(storm, *author, log) ? 1U : 0U;
        text += log.cut_at ? "cut " : "";
        text += to_hex(log.id.view());
        text += " " + std::to_string(log.stored.value) + " ";
        text += to_hex(log.root.view());
        text += "\n";
    }
    return text;
}

/// What honest members are called here, each with what it has renamed itself to.
std::string honest_names(Storm& storm, const replica::NetworkStatus& status) {
    std::string text;
    for (const auto& member : status.members) {
        const auto school = storm.world().witness().find(member.school);
        if (school && storm.world().witness().is_honest(*school))
            text += member.name + (member.joined ? " joined\n" : "\n");
    }
    return text;
}

std::string describe(const replica::NetworkStatus& status) {
    return std::to_string(status.documents) + " documents, " +
           std::to_string(status.missing_bodies) + " bodies and " +
           std::to_string(status.missing_entries) + " entries missing";
}

Finding compare(Storm& storm, const Gathering& gathering) {
    std::string first_logs;
    std::optional<replica::NetworkStatus> first;
    for (const std::size_t school : honest_members(storm, gathering)) {
        const auto status = status_of(storm, school, gathering.network);
        if (!status)
            return name_of(school) + " is off or no member";
        std::size_t missing = 0;
        const std::string logs = honest_logs(storm, school, gathering.space(), missing);
        if (missing > 0)
            return name_of(school) + " lacks entries of " + std::to_string(missing) + " logs";
        if (status->members.size() != gathering.members.size())
            return name_of(school) + " counts " + std::to_string(status->members.size()) +
                   " members";
        if (!has_liar(storm) && status->missing_bodies > 0)
            return name_of(school) + " lacks " + std::to_string(status->missing_bodies) + " bodies";
        if (!first) {
            first = status;
            first_logs = logs;
        }
        if (logs != first_logs)
            return name_of(school) + " holds other entries of honest schools than the first";
        if (honest_names(storm, *status) != honest_names(storm, *first))
            return name_of(school) + " calls members otherwise than the first";
        if (status->digest != first->digest)
            return name_of(school) + " has another digest: " + describe(*status) + " here, " +
                   describe(*first) + " at the first";
    }
    return std::nullopt;
}

} // namespace

Finding find_difference(Storm& storm) {
    for (const Gathering& gathering : storm.gatherings()) {
        if (auto found = compare(storm, gathering))
            return found;
    }
    return std::nullopt;
}

Finding find_stopped_node(Storm& storm) {
    for (const Gathering& gathering : storm.gatherings()) {
        for (const std::size_t school : honest_members(storm, gathering)) {
            if (!storm.world().is_running(school))
                return name_of(school) + " does not start";
        }
    }
    return std::nullopt;
}

Finding find_silenced_author(Storm& storm) {
    return storm.all_is_written() ? std::nullopt : Finding("somebody could not publish");
}

Finding find_lost_entry(Storm& storm) {
    World& world = storm.world();
    for (const Acknowledged& one : world.witness().acknowledged()) {
        if (one.is_excused || !world.witness().is_honest(one.school))
            continue;
        std::set<std::size_t> readers{one.school};
        for (const Gathering& gathering : storm.gatherings()) {
            if (gathering.space() == one.space)
                readers = gathering.members;
        }
        for (const std::size_t reader : readers) {
            if (!world.witness().is_honest(reader))
                continue;
            const auto body = world.school(reader).store->read_body(one.revision);
            if (!body || body->state != log::BodyState::have)
                return name_of(reader) + " cannot show a record that " + name_of(one.school) +
                       " had acknowledged at " + std::to_string(one.at.us / 1'000'000) + " s: " +
                       (body ? "its body is missing" : std::string(errc_name(body.error().code)));
        }
    }
    return std::nullopt;
}

Finding find_leak(Storm& storm) {
    World& world = storm.world();
    for (std::size_t school = 0; school < world.school_count(); ++school) {
        if (!world.is_running(school))
            continue;
        auto image = world.school(school).store->load_image();
        if (!image)
            return name_of(school) + " cannot read its store";
        for (const replica::LogState& log : image->logs) {
            if (!world.witness().may_hold(log.descriptor.space, school))
                return name_of(school) + " holds a log of a network that it never joined";
        }
    }
    return std::nullopt;
}

Finding find_false_alarm(Storm& storm) {
    World& world = storm.world();
    for (std::size_t school = 0; school < world.school_count(); ++school) {
        if (!world.is_running(school))
            continue;
        const replica::Replica& replica = *world.school(school).replica;
        for (const Gathering& gathering : storm.gatherings()) {
            for (const auto& log : replica.logs(gathering.space())) {
                const auto author = world.witness().find(log.descriptor.school);
                if (author && world.witness().is_honest(*author) && log.cut_at)
                    return name_of(school) + " calls honest " + name_of(*author) + " a forker";
            }
        }
        for (const replica::Attention& one : replica.attention()) {
            const bool is_alarm = one.code == "log.contradiction" || one.code == "log.forked" ||
                                  one.code == "node.cloned";
            if (is_alarm && !has_liar(storm))
                return name_of(school) + " shows " + one.code;
        }
    }
    return std::nullopt;
}

Finding find_unknown_fork(Storm& storm) {
    World& world = storm.world();
    for (const Gathering& gathering : storm.gatherings()) {
        std::optional<std::string> first;
        for (const std::size_t school : honest_members(storm, gathering)) {
            std::string cuts;
            for (const auto& log : world.school(school).replica->logs(gathering.space())) {
                // A log of which nothing counts is not passed on, so not everybody has heard of it.
                const auto author = world.witness().find(log.descriptor.school);
                const bool is_passed_on = log.cut_at && log.cut_at->value > 0;
                if (log.cut_at && (is_passed_on || author != storm.exile()))
                    cuts += to_hex(log.id.view()) + " " + std::to_string(log.cut_at->value) + "\n";
            }
            if (first && *first != cuts)
                return name_of(school) + " knows of other forks than the first";
            first = cuts;
        }
    }
    return std::nullopt;
}

Finding find_other_view(Storm& storm) {
    for (const Gathering& gathering : storm.gatherings()) {
        std::optional<std::string> first;
        for (const std::size_t school : honest_members(storm, gathering)) {
            const auto status = status_of(storm, school, gathering.network);
            if (!status)
                return name_of(school) + " is off or no member";
            const std::string view = describe_network(storm.world(), school, *status);
            if (first && *first != view)
                return name_of(school) + " shows other documents or members than the first";
            first = view;
        }
    }
    return std::nullopt;
}

/// What a school wrote after two coordinators had put it out counts nowhere.               [M11]
Finding find_late_words(Storm& storm) {
    World& world = storm.world();
    if (!storm.exile())
        return std::nullopt;
    const Gathering& gathering = storm.gatherings().front();
    for (const std::size_t school : honest_members(storm, gathering)) {
        std::map<LogId, std::uint64_t> counted;
        for (const auto& log : world.school(school).replica->logs(gathering.space()))
            counted[log.id] = log.cut_at ? log.cut_at->value : log.stored.value;
        for (const Acknowledged& one : world.witness().acknowledged()) {
            if (one.school != *storm.exile() || one.at <= storm.banished_at())
                continue;
            const auto found = world.school(school).store->find_revision(one.revision);
            if (found && found->position.value < counted[found->log])
                return name_of(school) + " counts what a school wrote that was out";
        }
    }
    return std::nullopt;
}

Finding find_waste(Storm& storm) {
    constexpr std::uint64_t times_max = 3;
    const Traffic& traffic = storm.world().witness().traffic();
    if (traffic.bytes_sent() <= times_max * traffic.lower_bound())
        return std::nullopt;
    return std::to_string(traffic.bytes_sent()) + " bytes sent, " +
           std::to_string(traffic.lower_bound()) + " would have done";
}

std::optional<Violation> check_after_calm(Storm& storm) {
    struct Named {
        const char* property;
        Finding (*find)(Storm&);
    };
    constexpr Named checkers[] = {
        {"every node starts again", find_stopped_node},
        {"nothing readable outside its network", find_leak},
        {"no acknowledged entry lost", find_lost_entry},
        {"equal digests after calm", find_difference},
        {"a node that is well takes words", find_silenced_author},
        {"the same documents at every member", find_other_view},
        {"fork evidence reaches all", find_unknown_fork},
        {"no alarm without a cause", find_false_alarm},
        {"nothing counts of a school that is out", find_late_words},
        {"bytes sent within three times the lower bound", find_waste},
    };
    for (const Named& checker : checkers) {
        if (auto found = checker.find(storm))
            return Violation{checker.property, *found};
    }
    return std::nullopt;
}

std::string describe_end(Storm& storm) {
    std::string text;
    for (const Gathering& gathering : storm.gatherings()) {
        const std::size_t reader = honest_members(storm, gathering).front();
        const auto status = status_of(storm, reader, gathering.network);
        if (!status)
            return "no member";
        text += describe_network(storm.world(), reader, *status);
        text += "--\n";
    }
    return text;
}

} // namespace staffroom::simulation
