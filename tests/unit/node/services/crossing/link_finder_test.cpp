#include "node/services/crossing/link_finder.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/records/shelf.hpp"
#include "tests/support/records/some_link.hpp"

using namespace staffroom::services;
using staffroom::Errc;
using staffroom::NetworkId;
using staffroom::to_base32;
using staffroom::WallTime;
using staffroom::replica::LinkEndStatus;
using staffroom::replica::LinkStatus;
using staffroom::tests::some_link;

namespace {

const NetworkId forest(NetworkId::Raw{1});
const NetworkId hill(NetworkId::Raw{2});
constexpr WallTime now{1'800'000'000'000};

LinkStatus ended(LinkStatus link) {
    link.ended = LinkEndStatus{link.network};
    return link;
}

} // namespace

TEST_CASE("link finder: by the beginning of an id, by name, within one network", "[crossing]") {
    const std::vector<LinkStatus> links{
        some_link(1, forest, "Rivers City", {1}), some_link(2, forest, "Northside", {1})};
    CHECK(resolve_link(links, "Northside")->id == links[1].id);
    CHECK(resolve_link(links, to_base32(links[0].id))->id == links[0].id);
    CHECK(resolve_link(links, to_base32(links[0].id).substr(0, 8))->id == links[0].id);
    CHECK(resolve_link(links, to_base32(links[0].id).substr(0, 7)).error().code == Errc::not_found);
    CHECK(resolve_link(links, "Rivers").error().code == Errc::not_found);
    CHECK(resolve_link(links, "rivers city")->id == links[0].id);
    CHECK(
        resolve_link(links, "Nortside").error().detail.find("did you mean \"Northside\"") !=
        std::string::npos
    );
    CHECK(resolve_link(links, "Northside", forest)->id == links[1].id);
    CHECK(resolve_link(links, "Northside", hill).error().code == Errc::not_found);
}

TEST_CASE("link finder: of several of one name those that have ended stand back", "[crossing]") {
    const LinkStatus old = ended(some_link(1, forest, "Rivers City", {1}));
    const LinkStatus standing = some_link(2, forest, "Rivers City", {1});
    CHECK(resolve_link({old, standing}, "Rivers City")->id == standing.id);
    CHECK(resolve_link({standing, old}, "Rivers City")->id == standing.id);
    CHECK(resolve_link({old}, "Rivers City")->id == old.id);
    CHECK(resolve_link({old, standing}, to_base32(old.id))->id == old.id);
    const LinkStatus third = some_link(3, forest, "Rivers City", {1});
    CHECK(resolve_link({standing, third}, "Rivers City").error().code == Errc::invalid_input);
    // One link, and a school that is in both its networks.
    LinkStatus mirrored = standing;
    mirrored.network = hill;
    CHECK(resolve_link({standing, mirrored}, to_base32(standing.id))->id == standing.id);
}

TEST_CASE("link finder: how a link stands follows from its dates and its end", "[crossing]") {
    LinkStatus link = some_link(1, forest, "Rivers City", {1});
    CHECK(state_of(link, now) == LinkState::open);
    link.review = now;
    CHECK(state_of(link, now) == LinkState::review_due);
    CHECK(takes_records(state_of(link, now)));
    link.until = now;
    CHECK(state_of(link, now) == LinkState::over);
    CHECK_FALSE(takes_records(state_of(link, now)));
    link.is_disputed = true;
    CHECK(state_of(link, now) == LinkState::disputed);
    CHECK_FALSE(takes_records(state_of(link, now)));
    CHECK(state_of(ended(link), now) == LinkState::ended);
    CHECK_FALSE(takes_records(state_of(ended(link), now)));
}
