// Hostile paths as attachment names and as request targets: nothing outside the folder is read, and
// no target is answered as if it were a page.
#include "cli/attachments.hpp"
#include "tests/support/solo_node.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/vectors.hpp"

namespace json = boost::json;
namespace tests = staffroom::tests;

TEST_CASE("paths: no attachment name and no target leads out of its folder", "[paths-fuzzdb]") {
    const tests::TempFolder folder("paths");
    folder.write("secret.png", "secret");
    folder.write("records/inside.png", "inside");
    tests::SoloNode node;
    const json::value items = tests::load_vectors("paths-fuzzdb.json");
    std::size_t run = 0;
    for (const json::value& item : items.as_array()) {
        std::string path = tests::text_field(item, "s");
        if (const auto at = path.find("{FILE}"); at != std::string::npos)
            path.replace(at, 6, "secret.png");
        const std::string text = "![x](<" + path + ">) ![x](../" + path + ")\n";

        const auto found = staffroom::cli::find_attachments(
            text, folder.path() / "records" / "a.md", folder.path() / "records"
        );
        const auto answer = node.ask_any(staffroom::http::Method::get, "/" + path, {});

        INFO(path);
        REQUIRE(found);
        CHECK(found->empty());
        CHECK(answer.status >= 400);
        CHECK(answer.status < 500);
        ++run;
    }
    CHECK(run == 785);
}
