#include "cli/attachments.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <fstream>

namespace cli = staffroom::cli;

TEST_CASE("attachments: files beside the text are described, those outside are not", "[cli]") {
    const auto root = std::filesystem::temp_directory_path() /
                      ("staffroom-attachments-" + std::to_string(::getpid()));
    std::filesystem::create_directories(root / "folder" / "texts");
    std::ofstream(root / "secret.png") << "secret";
    std::ofstream(root / "folder" / "picture.png") << "picture";
    std::filesystem::create_symlink(root / "secret.png", root / "folder" / "link.png");
    const std::string text =
        "---\ntitle: x\n---\n![ours](../picture.png) ![gone](none.png) ![link](../link.png)\n\n"
        "![outside](../../secret.png) ![web](https://h.example/a.png)\n";

    const auto found =
        cli::find_attachments(text, root / "folder" / "texts" / "a.md", root / "folder");
    std::filesystem::remove_all(root);

    REQUIRE(found);
    REQUIRE(found->size() == 1);
    const auto described = cli::describe(*found);
    const auto hash = staffroom::records::attachment_hash(staffroom::as_view("picture"));
    CHECK(described.front().at("name") == boost::json::string("../picture.png"));
    CHECK(described.front().at("size").to_number<int>() == 7);
    CHECK(described.front().at("hash") == boost::json::string(staffroom::to_base32(hash)));
}
