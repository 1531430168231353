// What is asked of a record for other networks before it leaves the school. [A5]
#include "node/services/crossing/link_preview.hpp"
#include "node/services/crossing/named_links.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/records/shelf.hpp"
#include "tests/support/records/some_link.hpp"

using namespace staffroom::services;
using staffroom::NetworkId;
using staffroom::RevisionId;
using staffroom::to_base32;
using staffroom::WallTime;
using staffroom::records::Reach;
using staffroom::replica::LinkStatus;
using staffroom::tests::refusal_code;
using staffroom::tests::school_of;
using staffroom::tests::Shelf;
using staffroom::tests::some_link;

namespace {

const std::string tip = "---\ntitle: A card at the end\nlang: en\nlicence: CC-BY-4.0\n"
                        "form: quick-tip\nphase: primary\nfocus: reading\n"
                        "authors: [A. Teacher]\nwhat-we-do: A card.\nwhere-it-worked: Year 4.\n"
                        "what-to-watch: They pile up.\n---\nWords.\n";
constexpr std::uint32_t write_ups = 1;
constexpr std::uint32_t findings = 2;

RecordRequest asking(std::vector<std::string> links, const std::string& file = tip) {
    RecordRequest request;
    request.file = file;
    request.network = "Forest";
    request.links = std::move(links);
    return request;
}

NetworkId network_of(const Shelf& shelf) {
    return NetworkId(shelf.network().raw());
}

/// A shelf whose network gives write-ups to Rivers City, and findings to Northside.
struct LinkedShelf : Shelf {
    LinkStatus rivers = some_link(1, network_of(*this), "Rivers City", {write_ups});
    LinkStatus northside = some_link(2, network_of(*this), "Northside", {findings});

    LinkedShelf() { link({rivers, northside}); }
    const PublishedRecord& told(const Prepared& prepared) {
        REQUIRE(std::holds_alternative<PublishedRecord>(prepared.outcome));
        return std::get<PublishedRecord>(prepared.outcome);
    }
    RecordRequest revising(const RevisionId& record, std::vector<std::string> links) {
        RecordRequest request = asking(std::move(links), tip + "More.\n");
        request.revises = RevisionWish{to_base32(record), {}};
        return request;
    }
};

} // namespace

TEST_CASE("crossing: the header names the link, and only who knows it can tell", "[crossing]") {
    LinkedShelf shelf;
    const Prepared prepared = shelf.ask(school_of(1), asking({"Rivers City"}));
    CHECK(shelf.told(prepared).reach == Reach::linked);
    REQUIRE(shelf.told(prepared).links.size() == 1);
    CHECK(shelf.told(prepared).links.front().name == "Rivers City");
    CHECK(prepared.draft->links == std::vector{shelf.rivers.id});

    const RevisionId record = shelf.put(school_of(1), *prepared.draft);
    const auto shown = shelf.library().show(record);
    REQUIRE(shown);
    CHECK(links_named(shown->header, {shelf.northside, shelf.rivers}).size() == 1);
    CHECK(
        links_named(shown->header, {shelf.northside, shelf.rivers}).front().id == shelf.rivers.id
    );
    CHECK(links_named(shown->header, {shelf.northside}).empty());
    CHECK(shown->header.audience.front() != staffroom::Digest(shelf.rivers.id.raw()));
}

TEST_CASE("crossing: what stays is refused before, with its reason", "[crossing]") {
    LinkedShelf shelf;
    const auto code = [&](const RecordRequest& request) {
        return refusal_code(shelf.ask(school_of(1), request));
    };
    CHECK(code(asking({"Northside"})) == "link.kind");
    CHECK(code(asking({"Rivers City", "Northside"})) == "link.kind");
    CHECK(code(asking({"Elsewhere"})) == "link.unknown");
    RecordRequest none = asking({});
    none.reach = "linked";
    CHECK(code(none) == "record.reach");
    RecordRequest narrow = asking({"Rivers City"});
    narrow.reach = "network";
    CHECK(code(narrow) == "record.reach");
    RecordRequest onward = asking({"Rivers City"});
    onward.pass_on = 1;
    CHECK(code(onward) == "link.pass-on");
    shelf.rivers.ours.pass_on = true;
    shelf.link({shelf.rivers});
    CHECK(shelf.ask(school_of(1), onward).draft->pass_on == 1);
    shelf.rivers.until = shelf.now();
    shelf.link({shelf.rivers});
    CHECK(code(asking({"Rivers City"})) == "link.closed");
    // Another network's link is none of this one's.
    shelf.link({some_link(1, NetworkId(NetworkId::Raw{9}), "Rivers City", {write_ups})});
    CHECK(code(asking({"Rivers City"})) == "link.unknown");
}

TEST_CASE("crossing: a newer text and a retraction go as far as what they follow", "[crossing]") {
    LinkedShelf shelf;
    shelf.northside.ours.kinds = {write_ups};
    shelf.link({shelf.rivers, shelf.northside});
    const RevisionId record = shelf.publish(school_of(1), asking({"Rivers City"}));
    const auto wider = shelf.ask(school_of(1), shelf.revising(record, {"Northside"}));
    REQUIRE(wider.draft);
    CHECK(wider.draft->links == std::vector{shelf.rivers.id, shelf.northside.id});
    const auto same = shelf.ask(school_of(1), shelf.revising(record, {}));
    REQUIRE(same.draft);
    CHECK(same.draft->links == std::vector{shelf.rivers.id});
    CHECK(shelf.told(same).reach == Reach::linked);
    RecordRequest narrowed = shelf.revising(record, {});
    narrowed.reach = "network";
    CHECK(refusal_code(shelf.ask(school_of(1), narrowed)) == "record.narrowed");
    // After the end the mark stays, and its author is told that the text does not cross.
    shelf.rivers.ended = staffroom::replica::LinkEndStatus{shelf.rivers.network};
    shelf.link({shelf.rivers, shelf.northside});
    const auto late = shelf.ask(school_of(1), shelf.revising(record, {}));
    REQUIRE(late.draft);
    CHECK(late.draft->links == std::vector{shelf.rivers.id});
    CHECK(shelf.told(late).links.empty());
    REQUIRE(shelf.told(late).notes.size() == 1);
    CHECK(shelf.told(late).notes.front().find("has ended") != std::string::npos);
    const auto telling = shelf.ask(
        school_of(1), RetractionRequest{to_base32(record), "Jayden M. in 4B was named in it"}
    );
    CHECK(refusal_code(telling) == "record.pupil-details");
    const auto taken = shelf.ask(school_of(1), RetractionRequest{to_base32(record), "Wrong"});
    REQUIRE(taken.draft);
    CHECK(taken.draft->links == std::vector{shelf.rivers.id});
    CHECK(taken.draft->reach == static_cast<std::uint32_t>(Reach::linked));
}

TEST_CASE("crossing: a text that other schools read is widened, the same bytes too", "[crossing]") {
    LinkedShelf shelf;
    const RevisionId record = shelf.publish(school_of(1), asking({}));
    RecordRequest wider = asking({"Rivers City"});
    wider.revises = RevisionWish{to_base32(record), {}};
    const auto prepared = shelf.ask(school_of(1), wider);
    REQUIRE(prepared.draft);
    CHECK(prepared.draft->document == record);
    CHECK(shelf.told(prepared).outcome == "revised");
    shelf.put(school_of(1), *prepared.draft);
    CHECK(shelf.told(shelf.ask(school_of(1), wider)).outcome == "skipped");
}

TEST_CASE("crossing: the file may name the links itself", "[crossing]") {
    LinkedShelf shelf;
    const std::string stated = "---\nreach: linked\nlinks: [\"Rivers City\"]\n" + tip.substr(4);
    CHECK(shelf.told(shelf.ask(school_of(1), asking({}, stated))).links.size() == 1);
    const std::string other = "---\nreach: linked\nlinks: [\"Northside\"]\n" + tip.substr(4);
    CHECK(refusal_code(shelf.ask(school_of(1), asking({}, other))) == "link.kind");
    // What is typed goes before what the file says.
    CHECK(shelf.told(shelf.ask(school_of(1), asking({"Rivers City"}, other))).links.size() == 1);
}

TEST_CASE("preview: counts what could cross, and marks what does", "[crossing]") {
    LinkedShelf shelf;
    shelf.publish(school_of(1), asking({}));
    const RevisionId linked =
        shelf.publish(school_of(2), asking({"Rivers City"}, tip + "Another.\n"));
    const auto preview_by = [&](const staffroom::agreement::Terms& gives, bool is_agreed) {
        return preview_of(
            shelf.library(),
            {shelf.network(),
             gives,
             is_agreed ? std::optional(shelf.rivers.id) : std::nullopt,
             shelf.now()}
        );
    };
    const LinkPreview before = preview_by(shelf.rivers.ours, false);
    CHECK(before.count == 2);
    CHECK(before.named == 0);
    const LinkPreview agreed = preview_by(shelf.rivers.ours, true);
    CHECK(agreed.named == 1);
    REQUIRE(agreed.rows.size() == 2);
    for (const PreviewedRecord& each : agreed.rows)
        CHECK(each.is_named == (each.row.document == linked));
    const LinkPreview other = preview_by(shelf.northside.ours, false);
    CHECK(other.count == 0);
    CHECK(other.staying == std::map<std::uint32_t, std::size_t>{{write_ups, 2}});
    const PreviewAsk later{
        shelf.network(),
        shelf.rivers.ours,
        std::nullopt,
        WallTime{shelf.now().ms + 91 * std::uint64_t{24} * 3'600'000}};
    CHECK(preview_of(shelf.library(), later).count == 0);
}
