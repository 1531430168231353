// Hostile paths as attachment names and as request targets: nothing outside the folder is read, and
// a target gets a refusal or, where it may be an address inside the page, the page itself.
#include "cli/files/attachments.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/store/temp_folder.hpp"
#include "tests/support/vectors.hpp"

namespace json = boost::json;
namespace tests = staffroom::tests;

TEST_CASE("paths: no attachment name and no target leads out of its folder", "[paths-fuzzdb]") {
    const tests::TempFolder folder("paths");
    const std::string png = "\x89PNG\r\n\x1a\n picture";
    folder.write("secret.png", png);
    folder.write("records/inside.png", png);
    staffroom::cli::FileFinder finder(*staffroom::cli::SafeFolder::open(folder.path() / "records"));
    tests::SoloNode node;
    const std::string page = node.ask_any(staffroom::http::Method::get, "/", {}).body;
    const json::value items = tests::load_vectors("paths-fuzzdb.json");
    std::size_t run = 0;
    for (const json::value& item : items.as_array()) {
        std::string path = tests::text_field(item, "s");
        if (const auto at = path.find("{FILE}"); at != std::string::npos)
            path.replace(at, 6, "secret.png");
        const std::string text = "![x](<" + path + ">) ![x](../" + path + ")\n";

        const auto found = staffroom::cli::find_attachments(text, finder, "");
        const auto answer = node.ask_any(staffroom::http::Method::get, "/" + path, {});

        INFO(path);
        CHECK(found.files.empty());
        const bool is_page = answer.status == 200 && answer.body == page;
        CHECK((is_page || (answer.status >= 400 && answer.status < 500)));
        ++run;
    }
    CHECK(run == 785);
    CHECK(staffroom::cli::find_attachments("![x](inside.png)", finder, "").files.size() == 1);
}
