// The targets of a record, with real records of several schools on one shelf.
#include "node/services/library/targets.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/records/shelf.hpp"
#include "tests/support/records/whole_record.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace records = staffroom::records;
namespace services = staffroom::services;
using records::RelationKind;
using services::RecordRequest;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::to_base32;
using staffroom::tests::quick_tip;
using staffroom::tests::refusal_code;
using staffroom::tests::school_of;
using staffroom::tests::Shelf;
using staffroom::tests::whole_adoption;
using staffroom::tests::whole_review;
using staffroom::tests::with_line;

namespace {

const SchoolId oakhill = school_of(1);
const SchoolId heathview = school_of(2);
const SchoolId yewlands = school_of(3);

RecordRequest request(std::string file) {
    RecordRequest wanted;
    wanted.file = std::move(file);
    wanted.network = "Rivers";
    return wanted;
}

RecordRequest about(std::string file, const std::string& id, std::string relation = "") {
    RecordRequest wanted = request(std::move(file));
    wanted.about.push_back({id, std::move(relation)});
    return wanted;
}

RecordRequest about(std::string file, const RevisionId& id, std::string relation = "") {
    return about(std::move(file), to_base32(id), std::move(relation));
}

RecordRequest revise(RecordRequest wanted, const RevisionId& document) {
    wanted.network.clear();
    wanted.revises = services::RevisionWish{to_base32(document), {}};
    return wanted;
}

std::string sentence(const services::Prepared& prepared) {
    const auto* refusal = std::get_if<services::Refusal>(&prepared.outcome);
    return refusal == nullptr ? "" : refusal->error.detail;
}

bool is_written(const services::Prepared& prepared) {
    INFO(refusal_code(prepared) << ": " << sentence(prepared));
    CHECK(refusal_code(prepared).empty());
    return prepared.draft.has_value();
}

} // namespace

TEST_CASE("targets: a review stays with the revision that its author saw", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));
    const auto first_note = shelf.ask(oakhill, about(whole_review(), tip));
    const RevisionId second =
        shelf.publish(heathview, revise(request(quick_tip("Cards at the door", "More.\n")), tip));

    const auto note = shelf.ask(oakhill, about(whole_review(), tip));
    const auto pinned = shelf.ask(oakhill, about(whole_review(), to_base32(tip) + "@1"));

    CHECK(first_note.draft->about.at(0).first == tip);
    CHECK(note.draft->about.at(0).first == second);
    CHECK(pinned.draft->about.at(0).first == tip);
    CHECK(note.draft->about.at(0).second == static_cast<std::uint32_t>(RelationKind::reviews));
}

TEST_CASE("targets: a review of one's own school's record has to say so", "[node]") {
    Shelf shelf;
    const RevisionId own = shelf.publish(oakhill, request(quick_tip("Cards at the door")));

    CHECK(refusal_code(shelf.ask(oakhill, about(whole_review(), own))) == "record.in-house");
    CHECK(
        refusal_code(shelf.ask(oakhill, about(with_line(whole_review(), "in-house: no"), own))) ==
        "record.in-house"
    );
    CHECK(is_written(shelf.ask(oakhill, about(with_line(whole_review(), "in-house: yes"), own))));
    CHECK(is_written(shelf.ask(heathview, about(whole_review(), own))));
}

TEST_CASE("targets: a record that is not here, or a draft, is named as such", "[node]") {
    Shelf shelf;
    auto draft = shelf.draft("Half a tip");
    draft.reach = static_cast<std::uint32_t>(records::Reach::draft);
    const RevisionId unfinished = shelf.put(heathview, draft);
    const std::string nowhere(52, 'a');

    const auto missing = shelf.ask(oakhill, about(whole_review(), nowhere));
    const auto still_draft = shelf.ask(oakhill, about(whole_review(), unfinished));

    CHECK(refusal_code(missing) == "record.target-missing");
    CHECK(!missing.draft.has_value());
    CHECK(refusal_code(still_draft) == "record.target-draft");
    CHECK_THAT(sentence(still_draft), Catch::Contains("\"Half a tip\""));
}

TEST_CASE("targets: an id that several records begin with is not guessed at", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));
    RevisionId::Raw alike = tip.raw();
    alike.back() ^= 1U;
    auto draft = shelf.draft("An id that was chosen");
    draft.document = RevisionId(alike); // its first revision is nowhere
    shelf.put(yewlands, draft);

    const auto prefix = shelf.ask(oakhill, about(whole_review(), to_base32(tip).substr(0, 12)));

    CHECK(refusal_code(prefix) == "id.ambiguous");
    CHECK(is_written(shelf.ask(oakhill, about(whole_review(), tip))));
}

TEST_CASE("targets: nothing but a call or a comment can be answered", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));
    const std::string words =
        "---\ntitle: A question\nkind: comment\nlicence: CC0-1.0\n---\nWhy?\n";
    const RevisionId question = shelf.publish(heathview, about(words, tip));

    CHECK(refusal_code(shelf.ask(oakhill, about(words, tip, "answers"))) == "record.target-kind");
    CHECK(is_written(shelf.ask(oakhill, about(words, question, "answers"))));
}

TEST_CASE("targets: an adaptation of a share-alike text is share-alike", "[node]") {
    Shelf shelf;
    std::string alike = quick_tip("Cards at the door");
    alike.replace(alike.find("CC-BY-4.0"), 9, "CC-BY-SA-4.0");
    const RevisionId tip = shelf.publish(heathview, request(alike));

    for (const char* relation : {"adapted-from", "follows", "adapts", "departs-from"}) {
        INFO(relation);
        const auto other = shelf.ask(oakhill, about(quick_tip("Our cards"), tip, relation));
        CHECK(refusal_code(other) == "record.share-alike");
        CHECK(is_written(shelf.ask(oakhill, about(alike, tip, relation))));
    }
    CHECK(is_written(shelf.ask(oakhill, about(quick_tip("Our cards"), tip, "cites"))));
    CHECK(is_written(shelf.ask(oakhill, about(whole_adoption(), tip))));
}

TEST_CASE("targets: practice does not come from itself, over however many steps", "[node]") {
    Shelf shelf;
    const RevisionId first = shelf.publish(oakhill, request(quick_tip("The first")));
    const RevisionId second =
        shelf.publish(heathview, about(quick_tip("The second"), first, "adapts"));
    const RevisionId third =
        shelf.publish(yewlands, about(quick_tip("The third"), second, "follows"));

    for (const RevisionId& target : {first, second, third}) {
        const auto circle = shelf.ask(
            oakhill, revise(about(quick_tip("The first", "New.\n"), target, "adapts"), first)
        );
        CHECK(refusal_code(circle) == "record.circle");
    }
    CHECK(is_written(
        shelf.ask(oakhill, revise(about(quick_tip("The first", "New.\n"), third, "cites"), first))
    ));
}

TEST_CASE("targets: evidence strength 4 needs adoptions by two other schools", "[node]") {
    Shelf shelf;
    const std::string strong = with_line(quick_tip("Cards", "New.\n"), "evidence-strength: 4");
    const RevisionId tip = shelf.publish(oakhill, request(quick_tip("Cards at the door")));
    const auto claim = [&] { return shelf.ask(oakhill, revise(request(strong), tip)); };

    CHECK(refusal_code(shelf.ask(oakhill, request(strong))) == "record.incomplete");
    shelf.publish(oakhill, about(whole_adoption(), tip)); // its own does not count
    shelf.publish(heathview, about(whole_adoption("Tried once"), tip));
    const RevisionId again = shelf.publish(heathview, about(whole_adoption("Tried twice"), tip));
    shelf.publish(yewlands, about(quick_tip("Said in passing"), tip, "tried-in")); // no adoption
    CHECK(refusal_code(claim()) == "record.incomplete");
    CHECK_THAT(sentence(claim()), Catch::Contains("adoptions by two other schools"));
    CHECK_THAT(sentence(claim()), Catch::Contains("here: 1"));
    CHECK(!claim().draft.has_value());
    const RevisionId last = shelf.publish(yewlands, about(whole_adoption("As well"), tip));
    CHECK(is_written(claim()));
    shelf.publish(heathview, services::RetractionRequest{to_base32(again), "Not so."});
    CHECK(is_written(claim())); // its other one is still there
    shelf.publish(yewlands, services::RetractionRequest{to_base32(last), "Not so."});
    CHECK(refusal_code(claim()) == "record.incomplete");
}

TEST_CASE("targets: what was taken back or replaced is noted, not refused", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));
    shelf.publish(heathview, services::RetractionRequest{to_base32(tip), "A name stood in it."});

    const auto note = shelf.ask(oakhill, about(whole_review(), tip));

    REQUIRE(is_written(note));
    const auto& notes = std::get<services::PublishedRecord>(note.outcome).notes;
    REQUIRE(notes.size() == 1);
    CHECK_THAT(notes.front(), Catch::Contains("taken back"));
}

TEST_CASE("targets: a record names as many others as its entry has room for", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));
    const auto naming = [&](std::size_t count) {
        RecordRequest wanted = request(quick_tip("A long list"));
        for (std::size_t i = 0; i < count; ++i)
            wanted.about.push_back({to_base32(tip), "cites"});
        return shelf.ask(oakhill, wanted);
    };

    CHECK(is_written(naming(90)));
    CHECK(refusal_code(naming(limits::header_about_max + 1)) == "record.refused");
    CHECK(refusal_code(naming(5000)) == "record.refused");
    CHECK(!naming(5000).draft.has_value());
}

TEST_CASE("targets: somebody else's record is not revised or taken back", "[node]") {
    Shelf shelf;
    const RevisionId tip = shelf.publish(heathview, request(quick_tip("Cards at the door")));

    const auto revised = shelf.ask(oakhill, revise(request(quick_tip("Ours", "New.\n")), tip));
    const auto retracted =
        shelf.ask(oakhill, services::RetractionRequest{to_base32(tip), "We think so."});

    CHECK(refusal_code(revised) == "record.not-yours");
    CHECK_THAT(sentence(revised), Catch::Contains("Heathview"));
    CHECK(refusal_code(retracted) == "record.not-yours");
}

TEST_CASE("targets: a joint school revises, and leaves taking back to the first one", "[node]") {
    Shelf shelf;
    const std::string joint = with_line(quick_tip("Ours and theirs"), "joint-with: [Heathview]");
    const RevisionId tip = shelf.publish(oakhill, request(joint));
    const services::RetractionRequest taking_back{to_base32(tip), "A name stood in it."};
    const auto theirs = [&](const std::string& words) {
        return revise(request(quick_tip("Ours and theirs", words)), tip);
    };

    shelf.publish(heathview, theirs("Their part.\n"));
    CHECK(refusal_code(shelf.ask(yewlands, theirs("Not theirs.\n"))) == "record.not-yours");
    CHECK(refusal_code(shelf.ask(heathview, taking_back)) == "record.not-yours");
    shelf.publish(oakhill, taking_back);
    CHECK(shelf.library().is_hidden(tip));
    CHECK(refusal_code(shelf.ask(heathview, theirs("Back again.\n"))) == "record.not-yours");
    services::RetractionRequest undo{to_base32(tip), ""};
    undo.undo = true;
    CHECK(refusal_code(shelf.ask(heathview, undo)) == "record.not-yours");
    shelf.publish(oakhill, undo);
    CHECK(!shelf.library().is_hidden(tip));
    CHECK(shelf.library().show(to_base32(tip))->body->text == "Their part.\n");
}

TEST_CASE("targets: a school that joint-with does not know is named with the nearest", "[node]") {
    Shelf shelf;

    const auto asked =
        shelf.ask(oakhill, request(with_line(quick_tip("Ours"), "joint-with: [Heathveiw]")));

    CHECK_THAT(sentence(asked), Catch::Contains("\"Heathview\""));
}

TEST_CASE("targets: with more versions than a revision can name it is joined in turns", "[node]") {
    Shelf shelf;
    const std::size_t versions = limits::header_parents_max + 3;
    const auto split_record = [&] {
        const RevisionId tip = shelf.publish(oakhill, request(quick_tip("Cards at the door")));
        for (std::size_t i = 0; i < versions; ++i) {
            auto beside = revise(request(quick_tip("Cards", std::to_string(i) + "\n")), tip);
            beside.revises->on = {tip};
            beside.revises->beside = true;
            shelf.publish(oakhill, beside);
        }
        REQUIRE(shelf.library().heads_of(tip).size() == versions);
        return tip;
    };

    const RevisionId tip = split_record();
    auto joined = revise(request(quick_tip("Cards", "One text.\n")), tip);
    joined.revises->join = true;
    shelf.publish(oakhill, joined);
    CHECK(shelf.library().heads_of(tip).size() == 4);
    shelf.publish(oakhill, joined);
    CHECK(shelf.library().heads_of(tip).size() == 1);
    CHECK(shelf.library().show(to_base32(tip))->body->text == "One text.\n");

    const RevisionId other = split_record();
    services::RetractionRequest wish{to_base32(other), "A name stood in it."};
    shelf.publish(oakhill, wish);
    CHECK(shelf.library().is_hidden(other));
    wish.undo = true;
    shelf.publish(oakhill, wish);
    CHECK(!shelf.library().is_hidden(other));
}

TEST_CASE("targets: taking back is not refused because there is so much to name", "[node]") {
    Shelf shelf;
    std::vector<RevisionId> others;
    for (int i = 0; i < 3; ++i)
        others.push_back(shelf.publish(heathview, request(quick_tip("Tip " + std::to_string(i)))));
    const RevisionId tip =
        shelf.publish(oakhill, about(quick_tip("Cards at the door"), others[0], "adapts"));
    std::vector<RevisionId> heads;
    for (std::uint8_t version = 0; version < 3; ++version) {
        auto draft = shelf.draft("Cards at the door");
        draft.document = tip;
        draft.parents = {tip};
        draft.about.emplace_back(others[0], static_cast<std::uint32_t>(RelationKind::adapts));
        for (std::uint8_t i = 0; i < 80; ++i)
            draft.about.emplace_back(
                RevisionId(RevisionId::Raw{version, i}),
                static_cast<std::uint32_t>(RelationKind::cites)
            );
        shelf.put(oakhill, draft);
    }

    shelf.publish(oakhill, services::RetractionRequest{to_base32(tip), "A name stood in it."});

    CHECK(shelf.library().is_hidden(tip));
    const auto origins = services::origins_of(shelf.library(), tip, 10);
    CHECK(std::ranges::find(origins, others[0]) != origins.end());
}
