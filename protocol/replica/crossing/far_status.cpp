// What has crossed by each link, for people. Declared in far_links. [A13]
#include "protocol/replica/crossing/far_links.hpp"

#include <algorithm>

namespace staffroom::replica {

/// Counts the records of one own log for a link, and why they wait.
void FarLinks::count_ours(
    const LinkKnown& link, const LogId& log, const std::vector<Outgoing>& all, LinkCrossing& shown
) {
    const LogRecord* record = parts_.logbook.find(log);
    if (record == nullptr)
        return;
    const PassportBook::Kept* passport = parts_.passports.best(link, log);
    for (const Outgoing& each : all) {
        if (each.position.value >= record->counted().value)
            continue;
        ++shown.ours;
        const bool is_agreed = std::ranges::binary_search(link.ours().kinds, each.kind);
        const bool has_passport =
            passport != nullptr && each.position.value < passport->passport.size.value;
        if (!is_agreed)
            ++shown.ours_refused[agreement::Refusal::kind_not_agreed];
        else if (has_passport && record->without_body.count(each.position) == 0)
            ++shown.ours_passed;
        else if (has_passport)
            ++shown.waiting[CrossingWait::words];
        else
            ++shown.waiting
                  [link.is_in_force() ? CrossingWait::passport : CrossingWait::not_in_force];
    }
}

/// Counts what other networks have given and goes on by a link, each place once, and why it waits.
void FarLinks::count_onward(const LinkKnown& link, LinkCrossing& shown) {
    std::map<FarPlace, std::optional<CrossingWait>> places;
    for (const auto& [through, passage] : parts_.shelf.passages(link.network, link.standing.link)) {
        const bool has_passport = parts_.passports.best(link, through, passage) != nullptr;
        const auto without = link.is_in_force() && passage.is_open ? CrossingWait::passport
                                                                   : CrossingWait::not_in_force;
        for (const auto& [place, record] : passage.records) {
            auto& wait = places.try_emplace({through.log, place}, without).first->second;
            if (has_passport)
                wait.reset();
        }
    }
    for (const auto& [place, wait] : places) {
        ++shown.onward;
        if (wait)
            ++shown.onward_waiting[*wait];
        else
            ++shown.onward_passed;
    }
    shown.onward_refused = parts_.shelf.staying(link.network, link.standing.link);
}

std::vector<LinkCrossing> FarLinks::crossings() {
    std::vector<LinkCrossing> all;
    for (const auto& [id, of] : parts_.book.all()) {
        for (const LinkKnown& link : of.links) {
            LinkCrossing shown{id, link.standing.link, link.is_in_force()};
            for (const auto& [log, outgoing] : parts_.shelf.ours(id, link.standing.link))
                count_ours(link, log, outgoing, shown);
            count_onward(link, shown);
            shown.theirs = parts_.shelf.theirs(id, link.standing.link);
            shown.theirs_refused = parts_.shelf.refused(id);
            const auto brought = refused_.find({id, link.standing.link});
            if (brought != refused_.end())
                for (const auto& [why, count] : brought->second)
                    shown.theirs_refused[why] += count;
            for (const auto& [whom, dialled] : dialled_)
                if (whom.network == id && whom.link == link.standing.link)
                    shown.gateways.push_back(
                        {whom.school, whom.address, is_talking_with(whom), dialled.trouble}
                    );
            all.push_back(std::move(shown));
        }
    }
    return all;
}

std::vector<FarGatewayStatus> FarLinks::gateways() {
    std::vector<FarGatewayStatus> all;
    for (const auto& [whom, dialled] : dialled_)
        all.push_back({whom.school, whom.address, is_talking_with(whom), dialled.trouble});
    return all;
}

std::string_view crossing_wait_name(CrossingWait wait) {
    switch (wait) {
    case CrossingWait::passport: return "passport";
    case CrossingWait::words: return "words";
    case CrossingWait::not_in_force: return "not-in-force";
    }
    return "";
}

} // namespace staffroom::replica
