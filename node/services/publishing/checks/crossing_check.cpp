#include "node/services/publishing/checks/crossing_check.hpp"

#include "node/services/crossing/link_finder.hpp"
#include "node/services/crossing/link_terms.hpp"
#include "node/services/crossing/named_links.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/log/descriptor.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using records::Reach;
using replica::LinkStatus;

Refusal not_crossing(std::string sentence, std::string code, std::string next) {
    return {{Errc::not_allowed, std::move(sentence)}, std::move(code), std::move(next)};
}

std::string in_quotes(const std::string& name) {
    return "\"" + name + "\"";
}

void add_once(std::vector<LinkStatus>& links, const LinkStatus& link) {
    if (std::ranges::find(links, link.id, &LinkStatus::id) == links.end())
        links.push_back(link);
}

/// "The link with "Rivers City" has ended."
std::string why_closed(const LinkStatus& link, LinkState state) {
    const std::string named = "The link with " + in_quotes(link.name);
    switch (state) {
    case LinkState::ended: return named + " has ended.";
    case LinkState::over: return named + " is over: its last day has passed.";
    case LinkState::disputed: return named + " is disputed: two agreements stand side by side.";
    case LinkState::open:
    case LinkState::review_due: break;
    }
    return "";
}

bool takes_kind(const LinkStatus& link, const ReadRecord& read) {
    return std::ranges::binary_search(link.ours.kinds, static_cast<std::uint32_t>(read.facts.kind));
}

/// "The agreement with "Rivers City" lets findings cross, not practice write-ups."
std::string why_not_kind(const LinkStatus& link, const ReadRecord& read) {
    return "The agreement with " + in_quotes(link.name) + " lets " +
           kinds_text(kind_words(link.ours.kinds)) + " cross, not " +
           kind_plural(records::kind_name(read.facts.kind)) + ".";
}

/// A link that the author names now has to take this record.
std::optional<Refusal> why_not_by(const LinkStatus& link, const ReadRecord& read, WallTime now) {
    const LinkState state = state_of(link, now);
    if (!takes_records(state))
        return not_crossing(
            why_closed(link, state),
            "link.closed",
            "leave it out, or use --reach network; `staffroom link list` shows what stands."
        );
    if (!takes_kind(link, read))
        return not_crossing(
            why_not_kind(link, read),
            "link.kind",
            "share it with your own network by --reach network, or ask a coordinator for another "
            "agreement."
        );
    return std::nullopt;
}

/// How far it may be passed on.
std::optional<Refusal> why_not_passed_on(const Crossing& crossing) {
    for (const LinkStatus& link : crossing.links)
        if (crossing.pass_on > 0 && !link.ours.pass_on)
            return not_crossing(
                "The agreement with " + in_quotes(link.name) +
                    " lets nobody there pass records on.",
                "link.pass-on",
                "leave out --pass-on; it then goes to " + in_quotes(link.name) + " and no further."
            );
    return std::nullopt;
}

} // namespace

Refusal unknown_link(const Error& error) {
    return {
        error,
        error.code == Errc::not_found ? "link.unknown" : "link.ambiguous",
        "run `staffroom link list` for the links of the record's network."};
}

Refusal no_link() {
    return not_crossing(
        "Reach linked needs the name or id of a link.",
        "record.reach",
        "add --link LINK, which `staffroom link list` shows; or use --network NET for your own "
        "network alone."
    );
}

std::vector<SharingId> Crossing::ids() const {
    std::vector<SharingId> all;
    for (const LinkStatus& link : links)
        all.push_back(link.id);
    std::ranges::sort(all);
    return all;
}

PublishedRecord Crossing::told(PublishedRecord record) const {
    for (const LinkStatus& link : links)
        if (!link.ended)
            record.links.push_back({link.id, link.name});
    record.pass_on = pass_on;
    return record;
}

Crossing crossing_of(const CrossingContext& with, const std::vector<RevisionId>& revisions) {
    Crossing crossing;
    for (const RevisionId& revision : revisions) {
        const auto shown = with.library.show(revision);
        if (!shown)
            continue;
        for (const LinkStatus& link : links_named(shown->header, with.links))
            add_once(crossing.links, link);
        crossing.pass_on = std::max(crossing.pass_on, shown->header.pass_on);
    }
    return crossing;
}

std::variant<Crossing, Refusal> find_crossing(
    const CrossingContext& with,
    ReadRecord& read,
    const SpaceId& space,
    const std::vector<RevisionId>& builds_on
) {
    if (read.facts.reach != Reach::linked)
        return Crossing{};
    const Crossing former = crossing_of(with, builds_on);
    Crossing crossing = former;
    if (read.pass_on)
        crossing.pass_on = std::max(crossing.pass_on, *read.pass_on);
    for (const LinkStatus& link : former.links) {
        const LinkState state = state_of(link, with.now);
        if (!takes_records(state))
            read.notes.push_back(why_closed(link, state) + " This text does not cross it.");
        else if (!takes_kind(link, read))
            read.notes.push_back(why_not_kind(link, read) + " This text does not cross.");
    }
    std::vector<LinkStatus> of_network;
    std::ranges::copy_if(with.links, std::back_inserter(of_network), [&](const LinkStatus& link) {
        return log::space_of(link.network) == space;
    });
    for (const std::string& typed : read.links) {
        const auto link = resolve_link(of_network, typed);
        if (!link)
            return unknown_link(link.error());
        if (auto refused = why_not_by(*link, read, with.now))
            return std::move(*refused);
        add_once(crossing.links, *link);
    }
    if (crossing.links.empty())
        return no_link();
    if (crossing.links.size() > limits::header_audience_max)
        return not_crossing(
            "A record names at most " + std::to_string(limits::header_audience_max) + " links.",
            "record.reach",
            "leave some of them out."
        );
    if (auto refused = why_not_passed_on(crossing))
        return std::move(*refused);
    crossing.is_wider =
        crossing.links.size() > former.links.size() || crossing.pass_on > former.pass_on;
    return crossing;
}

} // namespace staffroom::services
