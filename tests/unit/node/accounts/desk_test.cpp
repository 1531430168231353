#include "tests/support/node/solo_instruments.hpp"
#include "tests/support/solo_people.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace accounts = staffroom::accounts;
using staffroom::Errc;
using staffroom::Result;

namespace {

struct Writing {
    staffroom::tests::SoloCore core{22};
    staffroom::tests::SoloInstruments instruments{core.random()};
    staffroom::tests::SoloPeople people{core, *instruments.trace};
    accounts::PersonId ann = core.random().make<accounts::PersonId>();
    accounts::PersonId lee = core.random().make<accounts::PersonId>();

    template <class Value, class Call> Result<Value> await(const Call& call) {
        std::optional<Result<Value>> outcome;
        call([&](Result<Value> given) { outcome = std::move(given); });
        core.settle();
        REQUIRE(outcome);
        return std::move(*outcome);
    }
    Result<accounts::SavedText>
    save(const std::string& slot, const std::string& text, const std::string& base = "") {
        return await<accounts::SavedText>([&](auto done) {
            people.desk.save(ann, slot, text, base, done);
        });
    }
    Result<accounts::SavedText> show(const accounts::PersonId& person, const std::string& slot) {
        return await<accounts::SavedText>([&](auto done) { people.desk.show(person, slot, done); });
    }
    std::vector<accounts::SavedRow> rows() {
        return await<std::vector<accounts::SavedRow>>(
                   [&](auto done) { people.desk.list(ann, done); }
        ).value();
    }
    bool has_word_on_disk(const std::string& word) {
        namespace fs = std::filesystem;
        for (const auto& each : fs::recursive_directory_iterator(core.folder() / "texts")) {
            if (!each.is_regular_file())
                continue;
            std::ifstream file(each.path());
            const std::string text((std::istreambuf_iterator<char>(file)), {});
            if (text.find(word) != std::string::npos)
                return true;
        }
        return false;
    }
};

} // namespace

TEST_CASE("desk: a saved text comes back to its person, and to nobody else", "[accounts]") {
    Writing writing;
    const std::string text("# Grids\n\0 ąø", 13);
    const auto saved = writing.save("new-call-abc", text);
    REQUIRE(saved);
    const auto shown = writing.show(writing.ann, "new-call-abc");
    REQUIRE(shown);
    CHECK(shown->text == text);
    CHECK(shown->tag == saved->tag);
    CHECK(writing.show(writing.lee, "new-call-abc").error().code == Errc::not_found);
    CHECK(writing.rows().size() == 1);
    CHECK(writing.rows().front().bytes == text.size());
}

TEST_CASE("desk: of two windows the second is told", "[accounts]") {
    Writing writing;
    const auto first = writing.save("a", "one");
    const auto other = writing.save("a", "two", first->tag);
    REQUIRE(other);
    CHECK(writing.save("a", "three", first->tag).error().code == Errc::already_exists);
    CHECK(writing.show(writing.ann, "a")->text == "two");
    CHECK(writing.save("a", "four", other->tag).has_value());
    CHECK(writing.save("a", "five").has_value());
    // A text that is gone stops nobody from saving.
    CHECK(writing.save("b", "six", other->tag).has_value());
}

TEST_CASE("desk: a text that is thrown away is gone from the disk", "[accounts]") {
    Writing writing;
    REQUIRE(writing.save("a", "the word albatross"));
    CHECK(writing.has_word_on_disk("albatross"));
    for (int twice = 0; twice < 2; ++twice)
        CHECK(writing.await<void>([&](auto done) {
            writing.people.desk.remove(writing.ann, "a", done);
        }));
    CHECK_FALSE(writing.has_word_on_disk("albatross"));
    CHECK(writing.rows().empty());
}

TEST_CASE(
    "desk: no name leads out of the folder, and there is an end to everything", "[accounts]"
) {
    Writing writing;
    for (const std::string& bad :
         {std::string(),
          std::string("."),
          std::string(".."),
          std::string("a/b"),
          std::string("../keys"),
          std::string("A"),
          std::string("-a"),
          std::string("a.new"),
          std::string(101, 'a')}) {
        INFO(bad);
        CHECK_FALSE(accounts::is_slot(bad));
        CHECK(writing.save(bad, "x").error().code == Errc::invalid_input);
        CHECK(writing.show(writing.ann, bad).error().code == Errc::not_found);
    }
    CHECK(accounts::is_slot(std::string(100, 'a')));
    CHECK(writing.save("a", std::string(accounts::saved_text_bytes_max, 'x')).has_value());
    CHECK(
        writing.save("a", std::string(accounts::saved_text_bytes_max + 1, 'x')).error().code ==
        Errc::too_large
    );
    for (std::size_t i = 1; i < accounts::saved_texts_max; ++i)
        REQUIRE(writing.save("t" + std::to_string(i), "x"));
    CHECK(writing.save("one-more", "x").error().code == Errc::too_large);
    CHECK(writing.save("t1", "another").has_value());
}

TEST_CASE("desk: what was begun on top of an erased record goes, of all people", "[accounts]") {
    Writing writing;
    for (const char* slot : {"gone", "gone-2", "later", "new-call-gone", "gonelike"})
        REQUIRE(writing.save(slot, "the word albatross of " + std::string(slot)));
    std::swap(writing.ann, writing.lee);
    REQUIRE(writing.save("gone", "the word pelican"));

    REQUIRE(writing.people.desk.forget_records({"gone", "later"}));

    CHECK_FALSE(writing.has_word_on_disk("pelican"));
    std::swap(writing.ann, writing.lee);
    std::set<std::string> left;
    for (const auto& row : writing.rows())
        left.insert(row.slot);
    CHECK(left == std::set<std::string>{"new-call-gone", "gonelike"});
}
