// Stories in which anybody says anything, having seen anything: members, strangers, admitted and
// not. And the same story under other ids.
#pragma once

#include "tests/support/network/roster_story.hpp"

#include <algorithm>

namespace staffroom::tests {

/// Some of what was said so far; what has not been said yet now and then.
inline std::vector<RevisionId> some_seen(Story& story, bool with_unknown) {
    std::vector<RevisionId> seen;
    for (std::uint64_t i = story.random.below(4); i > 0 && !story.told.empty(); --i) {
        // Mostly of late, so that histories join again.
        const std::size_t back = story.random.below(
            story.random.below(2) == 0 ? story.told.size()
                                       : std::min<std::size_t>(story.told.size(), 5)
        );
        seen.push_back(story.told[story.told.size() - 1 - back].id);
    }
    if (with_unknown && story.random.below(40) == 0)
        seen.push_back(story.random.make<RevisionId>());
    return seen;
}

struct Cast {
    std::vector<School> schools;
    std::vector<RevisionId> invites{};
    std::vector<RevisionId> admits{};
    std::vector<RevisionId> closings{};

    [[nodiscard]] const School& any(Story& story) const {
        return schools[story.random.below(schools.size())];
    }
};

/// A founder and schools that have not been admitted.
inline Cast make_cast(Story& story, std::size_t schools) {
    Cast cast{{story.founder}};
    while (cast.schools.size() < schools)
        cast.schools.push_back(make_school(story.random));
    return cast;
}

/// Everybody is in; the first so many coordinate.
inline std::vector<RevisionId> found(Story& story, Cast& cast, std::size_t coordinators) {
    std::vector<RevisionId> last;
    for (std::size_t i = 1; i < cast.schools.size(); ++i) {
        const auto invite = story.invite(story.founder, last);
        last = {story.admit(story.founder, invite, cast.schools[i], {invite})};
        cast.invites.push_back(invite);
        cast.admits.push_back(last.front());
        if (i < coordinators)
            last = {story.make_coordinator(cast.schools[i], last)};
    }
    return last;
}

template <class One> RevisionId pick(Story& story, const std::vector<One>& from) {
    return from[story.random.below(from.size())];
}

/// What somebody says of the logs of any school: of few logs, and often of the same.
inline network::Pins some_pins(Story& story) {
    std::map<LogId, log::LogPin> pins;
    for (std::uint64_t i = story.random.below(4); i > 0; --i) {
        const LogId log(LogId::Raw{static_cast<std::uint8_t>(story.random.below(5))});
        const TreeHash root(TreeHash::Raw{static_cast<std::uint8_t>(story.random.below(3))});
        pins.insert_or_assign(log, log::LogPin{log, LogSize{story.random.below(4)}, root});
    }
    network::Pins all;
    for (const auto& [log, pin] : pins)
        all.push_back(pin);
    return all;
}

/// One act of any kind by this school.
inline void
say_something(Story& story, Cast& cast, const School& author, std::vector<RevisionId> seen) {
    using network::Reason;
    const School& other = cast.any(story);
    const auto say = [&](network::Act act) {
        return story.say(author, std::move(act), std::move(seen));
    };
    switch (story.random.below(17)) {
    case 0: cast.invites.push_back(story.invite(author, seen)); break;
    case 1:
    case 2:
        if (!cast.invites.empty())
            cast.admits.push_back(story.admit(author, pick(story, cast.invites), other, seen));
        break;
    case 3:
    case 4: {
        constexpr Role roles[] = {
            Role::coordinator, Role::coordinator, Role::member, Role::observer};
        std::optional<WallTime> until;
        if (story.random.below(2) == 0)
            until = WallTime{story.random.below(5) + 1};
        const auto id =
            say(network::SetRole{other.id, roles[story.random.below(4)], until, some_pins(story)});
        cast.closings.push_back(id);
        break;
    }
    case 5:
        if (!cast.invites.empty())
            say(network::EndInvite{pick(story, cast.invites)});
        break;
    case 6:
        if (!cast.admits.empty())
            say(network::ConfirmAdmit{pick(story, cast.admits)});
        break;
    case 7:
        cast.closings.push_back(say(network::Suspend{other.id, Reason::silent, some_pins(story)}));
        break;
    case 8: say(network::Resume{other.id, Reason::mistake}); break;
    case 9:
        cast.closings.push_back(say(network::Remove{other.id, Reason::closed, some_pins(story)}));
        break;
    case 10:
        cast.closings.push_back(say(network::Leave{Reason::own_wish, some_pins(story)}));
        break;
    case 11:
    case 12:
        if (!cast.closings.empty())
            say(network::Confirm{pick(story, cast.closings)});
        break;
    case 13:
        if (!cast.admits.empty())
            say(network::Join{pick(story, cast.admits), story.genesis.charter_hash()});
        break;
    case 14:
        say(network::NameSuccessor{
            story.random.below(4) == 0 ? std::nullopt : std::optional(other.id)});
        break;
    case 15: say(network::LaterAct{23}); break;
    default: say(network::Seen{});
    }
}

inline void tell_at_random(Story& story, Cast& cast, std::size_t length) {
    while (story.told.size() < length) {
        // The founder speaks often, so that something comes of it.
        const School& author = story.random.below(3) == 0 ? story.founder : cast.any(story);
        say_something(story, cast, author, some_seen(story, true));
    }
}

/// The same story, with all its operations under new ids.
inline std::map<RevisionId, RevisionId> grind_anew(Story& story) {
    std::map<RevisionId, RevisionId> renamed;
    for (const Told& told : story.told)
        renamed.emplace(told.id, story.random.make<RevisionId>());
    const auto rename = [&](RevisionId& id) {
        const auto at = renamed.find(id);
        if (at != renamed.end())
            id = at->second;
    };
    for (Told& told : story.told) {
        auto operation = network::parse_operation(told.operation);
        ensure(operation.has_value());
        for (RevisionId& id : operation->seen)
            rename(id);
        std::visit(
            [&](auto& act) {
                if constexpr (requires { act.invite; })
                    rename(act.invite);
                else if constexpr (requires { act.admit; })
                    rename(act.admit);
                else if constexpr (requires { act.closing; })
                    rename(act.closing);
            },
            operation->act
        );
        told = {renamed.at(told.id), told.author, network::encode_operation(*operation)};
    }
    return renamed;
}

} // namespace staffroom::tests
