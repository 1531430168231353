#include "node/services/library/reader.hpp"
#include "protocol/records/kinds.hpp"

#include <catch2/catch.hpp>

namespace staffroom {
namespace {

using records::Reach;
using services::Reader;

TEST_CASE("reader: a reach that this version does not know is seen by nobody who is restricted") {
    const SpaceId space(SpaceId::Raw{1});
    const RevisionId document(RevisionId::Raw{2});
    const auto number = [](Reach reach) { return static_cast<std::uint32_t>(reach); };
    const Reader reader = Reader::in_spaces({space});
    CHECK(reader.may_see(number(Reach::network), {space}, document));
    CHECK_FALSE(reader.may_see(number(Reach::circle), {space}, document));
    CHECK_FALSE(reader.may_see(99, {space}, document));
    CHECK(Reader::machine_owner().may_see(99, {}, document));
    CHECK_FALSE(Reader::staff(std::make_shared<accounts::HeldDocuments>()).may_see(99, {}, document)
    );
}

TEST_CASE("reader: staff see what the school shares and what they hold, a technician nothing") {
    const SpaceId space(SpaceId::Raw{1});
    const RevisionId own(RevisionId::Raw{2});
    const RevisionId other(RevisionId::Raw{3});
    const auto held = std::make_shared<accounts::HeldDocuments>();
    held->add(own);
    const Reader staff = Reader::staff(held);
    const auto number = [](Reach reach) { return static_cast<std::uint32_t>(reach); };
    CHECK(staff.may_see(number(Reach::draft), {}, own));
    CHECK_FALSE(staff.may_see(number(Reach::draft), {}, other));
    for (const Reach reach : {Reach::school, Reach::network, Reach::linked, Reach::open})
        CHECK(staff.may_see(number(reach), {space}, other));
    CHECK_FALSE(staff.may_see(number(Reach::circle), {space}, own));
    held->remove(own);
    CHECK_FALSE(staff.may_see(number(Reach::draft), {}, own));
    for (const Reach reach : {Reach::draft, Reach::school, Reach::network, Reach::open})
        CHECK_FALSE(Reader::technician().may_see(number(reach), {space}, own));
    CHECK_FALSE(staff.sees_all());
    CHECK(staff.known_of({space}) == std::set{space});
    CHECK(Reader::technician().known_of({space}).empty());
    CHECK(Reader::technician().hears_node());
    CHECK_FALSE(Reader::in_spaces({space}).hears_node());
}

} // namespace
} // namespace staffroom
