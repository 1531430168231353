#include "cli/files/attachments.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace cli = staffroom::cli;
namespace fs = std::filesystem;

namespace {

const std::string png = "\x89PNG\r\n\x1a\n picture";

struct Project : staffroom::tests::TempFolder {
    Project()
        : TempFolder("attachments") {
        fs::create_directories(path() / "site" / "texts");
    }
    [[nodiscard]] cli::TextFiles
    found(const std::string& text, const std::string& folder = "texts") const {
        cli::FileFinder finder(*cli::SafeFolder::open(path() / "site"));
        return cli::find_attachments(text, finder, folder);
    }
};

std::string sentences(const cli::TextFiles& files) {
    std::string out;
    for (const auto& each : files.left_out)
        out += each.sentence + "\n";
    return out;
}

} // namespace

TEST_CASE("attachments: a picture below the folder is described by its bytes", "[cli]") {
    const Project project;
    project.write("site/DSC001.JPG", "\xff\xd8\xff\xe0 photo");

    const auto files = project.found("---\ntitle: x\n---\n![ours](../DSC001.JPG)\n");

    REQUIRE(files.files.size() == 1);
    CHECK(files.left_out.empty());
    const auto described = cli::describe(files.files);
    const auto hash =
        staffroom::records::attachment_hash(staffroom::as_view("\xff\xd8\xff\xe0 photo"));
    CHECK(described.front().at("name") == boost::json::string("../DSC001.JPG"));
    CHECK(described.front().at("type") == boost::json::string("image/jpeg"));
    CHECK(described.front().at("hash") == boost::json::string(staffroom::to_base32(hash)));
}

namespace {

/// Secrets in all the ways in which they stand about in a home folder.
void put_secrets(const Project& project) {
    const std::string key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n";
    project.write("outside.png", png);
    fs::create_directories(project.path() / "elsewhere");
    project.write("elsewhere/secret.png", png);
    for (const char* folder : {".ssh", "school", "school/files", "plain"})
        fs::create_directories(project.path() / "site" / folder);
    project.write("site/.ssh/id_ed25519", key);
    project.write("site/.ssh/photo.png", png);
    project.write("site/.env.png", png);
    project.write("site/school/keys", "staffroom-keys\r\n secret");
    project.write("site/school/files/a.png", png);
    project.write("site/plain/key.txt", key);
    project.write("site/plain/key.png", key);
    project.write("site/plain/late.csv", std::string(9000, 'x') + "\n" + key);
    project.write("site/plain/wallet.dat", std::string("\0\1\2\3", 4));
    project.write("site/plain/tool.desktop", "[Desktop Entry]\nExec=x\n");
    project.write("site/plain/run.py", "#!/usr/bin/python3\n");
    project.write("site/plain/page.svg", "<svg><script>1</script></svg>");
    const auto at = [&](const char* name) { return project.path() / "site" / name; };
    fs::create_symlink(project.path() / "outside.png", at("link.png"));
    fs::create_directory_symlink(project.path() / "elsewhere", at("folder"));
    fs::create_hard_link(project.path() / "outside.png", at("hard.png"));
    REQUIRE(::mkfifo(at("pipe.png").c_str(), 0600) == 0);
}

} // namespace

TEST_CASE("attachments: nothing that a text could steal goes along, and each is named", "[cli]") {
    const Project project;
    put_secrets(project);

    for (const char* path : {
             ".ssh/id_ed25519",
             ".ssh/photo.png",
             ".env.png",
             "school/keys",
             "school/files/a.png",
             "../outside.png",
             "texts/../../outside.png",
             "%2e%2e/outside.png",
             "..\\outside.png",
             "link.png",
             "folder/secret.png",
             "hard.png",
             "pipe.png",
             "plain/key.txt",
             "plain/key.png",
             "plain/late.csv",
             "plain/wallet.dat",
             "plain/tool.desktop",
             "plain/run.py",
             "plain/page.svg",
             "plain",
             "/etc/passwd",
             "/proc/self/environ",
             "/dev/zero",
         }) {
        for (const std::string& form :
             {"![x](<" + std::string(path) + ">)\n",
              "<img src=\"" + std::string(path) + "\">\n",
              "text ![[" + std::string(path) + "]]\n"}) {
            INFO(form);
            const auto files = project.found(form, "");
            CHECK(files.files.empty());
            const bool is_note = !form.starts_with("![x]") && fs::path(path).extension().empty();
            CHECK((is_note || files.left_out.size() == 1));
        }
    }
}

TEST_CASE("attachments: what is too much is named and the rest goes along", "[cli]") {
    const Project project;
    std::string text;
    for (int i = 0; i < 22; ++i) {
        const std::string name = "p" + std::to_string(i) + ".png";
        project.write("site/texts/" + name, png + name);
        text += "![](" + name + ")\n";
    }
    project.write("site/texts/big.png", png);
    fs::resize_file(project.path() / "site/texts/big.png", (25U << 20U) + 1);

    const auto files = project.found("![](big.png)\n" + text);

    CHECK(files.files.size() == 20);
    CHECK(files.left_out.size() == 3);
    CHECK_THAT(sentences(files), Catch::Contains("big.png has more than"));
    CHECK_THAT(sentences(files), Catch::Contains("p21.png is one too many"));
}

TEST_CASE("attachments: a name that is nearly right is given", "[cli]") {
    const Project project;
    project.write("site/texts/shelf.png", png);

    const auto files = project.found("![books](shelff.png)\n");

    CHECK(files.files.empty());
    CHECK_THAT(sentences(files), Catch::Contains("did you mean shelf.png?"));
}

TEST_CASE("attachments: a file that is only linked is told from one that is shown", "[cli]") {
    const Project project;
    project.write("site/texts/x.png", png);
    project.write("site/texts/y.png", png + "y");
    project.write("site/texts/both.png", png + "both");
    project.write("site/texts/passwords.csv", "name,password\nann,secret\n");

    auto files = project.found(
        "[ ](passwords.csv) ![](x.png) [y](y.png) [both](both.png) <img src=\"both.png\">\n"
    );
    CHECK(files.files.size() == 4);
    cli::leave_linked(files);

    REQUIRE(files.files.size() == 2);
    CHECK(files.files[0].name == "both.png");
    CHECK(files.files[1].name == "x.png");
    CHECK_THAT(sentences(files), Catch::Contains("passwords.csv is only linked"));
    CHECK_THAT(sentences(files), Catch::Contains("y.png is only linked"));
}

TEST_CASE("attachments: pages that a text links to are named, tables are none", "[cli]") {
    const Project project;
    for (const char* name : {"a.html", "b.ipynb", "c.md", "LICENCE"})
        project.write("site/texts/" + std::string(name), "words");
    cli::FileFinder finder(*cli::SafeFolder::open(project.path() / "site"));

    const auto pages = cli::linked_pages(
        "[a](a.html) [b](b.ipynb) [c](c.md#part) [d](LICENCE) [e](gone.md) [f](https://a.org/)\n",
        finder,
        "texts"
    );

    CHECK(
        pages ==
        std::vector<std::string>{"texts/a.html", "texts/b.ipynb", "texts/c.md", "texts/LICENCE"}
    );
    for (const char* text :
         {"{{< code-toggle >}}\n[[menus.main]]\nname = 'x'\n{{< /code-toggle >}}\n",
          "{{</* figure src=\"b.png\" */>}}\n",
          "{{%/* figure src=\"b.png\" */%}}\n",
          "```toml\n[[menus.main]]\n```\n"}) {
        INFO(text);
        CHECK(project.found(text).left_out.empty());
    }
}

TEST_CASE(
    "attachments: an embedded name is looked for one folder further in, to name it", "[cli]"
) {
    const Project project;
    fs::create_directories(project.path() / "site/texts/pictures");
    project.write("site/texts/pictures/x.png", png);

    CHECK_THAT(sentences(project.found("![[x.png]]\n")), Catch::Contains("pictures/x.png?"));
}

TEST_CASE("attachments: a hash counts with its bytes only", "[cli]") {
    const Project project;
    const auto hash =
        staffroom::to_base32(staffroom::records::attachment_hash(staffroom::as_view(png)));
    const auto text = [&](const std::string& named) {
        return "---\n# staffroom: what follows was added by an export and is read back by an "
               "import\n"
               "kind: \"call\"\nattachments: [\"{\\\"name\\\":\\\"x.png\\\",\\\"type\\\":\\\"image/"
               "png\\\",\\\"size\\\":1,\\\"hash\\\":\\\"" +
               named + "\\\"}\"]\n---\n![](x.png)\n";
    };
    fs::create_directories(project.path() / "site/files");

    CHECK(project.found(text(hash), "").exported.empty());
    project.write("site/files/" + hash + ".png", "other bytes");
    CHECK(project.found(text(hash), "").exported.empty());
    project.write("site/files/" + hash + ".png", png);
    REQUIRE(project.found(text(hash), "").exported.size() == 1);
    CHECK(project.found(text(hash), "").exported.front().name == "x.png");
}

struct LookedFor {
    const char* written; // in texts/a.md
    const char* stands;  // below the folder
};
/// As another system's disk spells it.
const char* const decomposed = "texts/Scha\xcc\x88rfe.png";
const LookedFor looked_for[] = {
    {"![](x.png)", "texts/x.png"},
    {"![](./x.png)", "texts/x.png"},
    {"![](img%202.png)", "texts/img 2.png"},
    {"![](<img 2.png>)", "texts/img 2.png"},
    {"![a](img 2.png)", "texts/img 2.png"},
    {"![a](photo (1).png \"A title\")", "texts/photo (1).png"},
    {"![](Sch\xc3\xa4rfe.png)", decomposed},
    {"![](Sch%C3%A4rfe.png)", decomposed},
    {"![](Scha\xcc\x88rfe.png)", "texts/Sch\xc3\xa4rfe.png"},
    {"![](X.PNG)", "texts/x.png"},
    {"![](Img/x.png)", "texts/img/X.png"},
    {"![](img\\x.png)", "texts/img/x.png"},
    {"![](../img/x.png)", "img/x.png"},
    {"![](/img/x.png)", "img/x.png"},
    {"![](/img/x.png)", "static/img/x.png"},
    {"![](/img/x.png)", "public/img/x.png"},
    {"![](/img/x.png)", "assets/img/x.png"},
    {"![](/my-site/img/x.png)", "static/img/x.png"},
    {"![](x.png?raw=true)", "texts/x.png"},
    {"![](x.png#centre)", "texts/x.png"},
    {"![](x.png){width=50%}", "texts/x.png"},
    {"![a][ref]\n\n[ref]: x.png", "texts/x.png"},
    {"<img src=\"x.png\" alt='a'>", "texts/x.png"},
    {"words <img width=3 src=x.png> words", "texts/x.png"},
    {"<img srcset=\"x.png 480w\">", "texts/x.png"},
    {"<picture><source srcset='https://a.org/y.png 2x, img/x.png 1x'></picture>",
     "texts/img/x.png"},
    {"<p align=center>\n<img\n  src='/img/x.png'/>\n</p>", "static/img/x.png"},
    {"<img src={require('./x.png').default} />", "texts/x.png"},
    {"<img src={useBaseUrl('/img/x.png')} />", "static/img/x.png"},
    {"![a](@site/static/img/x.png)", "static/img/x.png"},
    {"import plan from './x.png';\n\n<img src={plan} />", "texts/x.png"},
    {"![[x.png]]", "texts/x.png"},
    {"![[x.png|300]]", "attachments/x.png"},
    {"- a list ![[my plan.png]]", "vault/files/my plan.png"},
    {"[[sheet.pdf#page=2]]", "attachments/sheet.pdf"},
    {"![a]({{ site.baseurl }}/img/x.png)", "img/x.png"},
    {"![a]({{site.url}}/img/x.png)", "assets/img/x.png"},
    {"![a]({{ '/assets/img/x.png' | relative_url }})", "assets/img/x.png"},
    {"{% include figure image_path=\"/assets/x.png\" alt=\"a\" %}", "assets/x.png"},
    {"{{< figure src=\"/img/x.png\" title=\"a\" >}}", "static/img/x.png"},
    {"{{< figure src=\"x.png\" >}}", "texts/x.png"},
    {"{{< video clip.mp4 >}}", "texts/clip.mp4"},
    {"```{figure} img/x.png\n:name: a\n```", "texts/img/x.png"},
    {"[the sheet](sheet.pdf)", "texts/sheet.pdf"},
    {"<a href=\"sheet.pdf\">sheet</a>", "texts/sheet.pdf"},
    {"![](file:///C:/lessons/media/image1.png)", "texts/media/image1.png"},
    {"![](media/image1.png)", "texts/media/image1.png"},
    {"![](images/x.png)", "static/images/x.png"},
    {"> ![](x.png)", "texts/x.png"},
};

TEST_CASE("attachments: a reference is looked for as editors and generators do", "[cli]") {
    for (const LookedFor& each : looked_for) {
        const Project project;
        const fs::path place = project.path() / "site" / each.stands;
        fs::create_directories(place.parent_path());
        const std::string ending = place.extension();
        project.write(
            "site/" + std::string(each.stands),
            ending == ".pdf"   ? "%PDF-1.7"
            : ending == ".mp4" ? std::string(
                                     "\0\0\0\x18"
                                     "ftypisom",
                                     12
                                 )
                               : png
        );
        cli::FileFinder finder(*cli::SafeFolder::open(project.path() / "site"));
        finder.know({each.stands});

        const auto files = cli::find_attachments(std::string(each.written) + "\n", finder, "texts");

        INFO(each.written << " for " << each.stands << ": " << sentences(files));
        CHECK(files.files.size() == 1);
        CHECK(files.left_out.empty());
    }
}

TEST_CASE("attachments: a place on the web, a page or code is no file and no trouble", "[cli]") {
    const Project project;
    for (const char* written : {
             "[a](www.example.org)",
             "[a](example.org/x)",
             "[a](https://example.org/x.png)",
             "![a](//example.org/x.png)",
             "![a](img.example.org/x.png)",
             "![a](data:image/png;base64,AAAA)",
             "[a](mailto:a@example.org)",
             "[a](#part)",
             "[a](other.md)",
             "[a](other.MD#part)",
             "[a](../about.html)",
             "[a](/about/)",
             "[a](lesson)",
             "[[Another note]]",
             "![[Another note]]",
             "[a]({{< ref \"other.md\" >}})",
             "`![a](x.png)`",
             "```\n![[x.png]]\n<img src=x.png>\n```",
             "<!-- ![[x.png]] <img src=\"x.png\"> -->",
             "words <!-- <img src=\"x.png\"> --> words",
             "[see](Section 1.2)",
             "{{< youtube abc123 >}}",
             "{{< code-toggle file=hugo >}}",
         }) {
        const auto files = project.found(std::string(written) + "\n");
        INFO(written << ": " << sentences(files));
        CHECK(files.files.empty());
        CHECK(files.left_out.empty());
    }
}
