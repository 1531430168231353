// The files that people and programs write: records with front matter, exported records, settings,
// the manifest of an import, what a node remembers of its backups.
#include "cli/files/manifest.hpp"
#include "cli/people/staff_list.hpp"
#include "node/base/config.hpp"
#include "node/http/plain/text/prose.hpp"
#include "node/services/backup/backup_state.hpp"
#include "node/services/export/export_markdown.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "node/services/front_matter/written_fields.hpp"
#include "node/services/front_matter/yaml_writer.hpp"
#include "node/services/markdown/markdown.hpp"
#include "node/services/markdown/markdown_bounds.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/records/exported_texts.hpp"
#include "node/services/text/text_bytes.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/record_input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/records/shown_record.hpp"
#include "tests/support/records/whole_record.hpp"

#include <algorithm>
#include <array>

namespace staffroom::fuzz {
namespace {

using services::RecordRequest;

// ----------------------------------------------------------------------------------- front matter

/// As people write it: whatever stands there is read, within bounds, and never refused.
void check_written(const services::SplitFile& split) {
    const auto written = services::read_written_fields(split);
    ensure(written.fields.size() <= 200 && written.notes.size() <= 8);
    for (const auto& field : written.fields)
        ensure(field.values.size() <= services::written_bounds.list_values_max);
}

void front_matter(ByteView input) {
    const std::string_view file = as_text(input);
    const services::SplitFile split = services::split_front_matter(file);
    check_written(split);
    for (const auto syntax :
         {services::FrontMatterSyntax::yaml,
          services::FrontMatterSyntax::toml,
          services::FrontMatterSyntax::json})
        check_written({{}, file, {}, {}, syntax});
    static_cast<void>(services::has_unclosed_front_matter(file));
    std::string joined(split.opening);
    joined += split.front_matter;
    joined += split.closing;
    joined += split.text;
    ensure(joined == file);
    for (const std::string_view yaml : {split.front_matter, file}) {
        const auto fields = services::parse_front_matter(yaml);
        if (!fields)
            continue;
        const auto again =
            services::parse_front_matter(services::to_yaml(*fields), services::added_bounds);
        ensure(again.has_value() && again->size() == fields->size());
        for (std::size_t i = 0; i < fields->size(); ++i)
            ensure(
                (*again)[i].key == (*fields)[i].key && (*again)[i].values == (*fields)[i].values
            );
    }
}

std::vector<Bytes> front_matter_seeds() {
    return texts(
        {tests::whole_review(),
         "---\n---\n",
         "\xef\xbb\xbf---\r\ntitle: \"A \\u00e9 \\x41\"\r\nlist:\r\n- one\r\n- "
         "'two'\r\n---\r\nText\r\n",
         "key: |\n  lines\n  of text\nother: >-\n  folded\nflow: [a, \"b\", c]\nempty:\n",
         "a: &x 1\nb: *x\n",
         "{a: 1}\n",
         "+++\ntitle = \"A\"\ndate = 2024-05-03T10:00:00+01:00\ntags = [\"a\"]\n[menu.main]\nx = "
         "1\n+++\nText\n",
         "{\n\"title\": \"A\",\n\"author\": {\"name\": \"B\"}\n}\nText\n",
         "\n---\nauthor:\n  - name: {given: A, family: B}\nmenu: {main: {weight: 3}}\n...\nText\n",
         "---\ntitle: Year 9: no difference\nsummary: \"unclosed\nphases:\n\t- any\nwords\n---\n",
         "---\ntitle: \xe2\x80\x9c"
         "A: b\xe2\x80\x9d\ntitle: *B*\nx: !y z\n---\n",
         "---\n\nA rule, and a paragraph.\n\n---\n"}
    );
}

// ----------------------------------------------------------------------------------------- record

RecordRequest request_of(std::string file) {
    RecordRequest request;
    request.file = std::move(file);
    request.path = request.origin = "a/file.md";
    request.imported.emplace();
    request.network = "Rivers";
    return request;
}

/// What was read, written as an export, reads the same.
void check_round_trip(const services::ReadRecord& read) {
    const auto shown = tests::shown_record(read.body, read.facts.kind);
    const auto file = services::export_markdown({shown, "Oakhill", true});
    if (!file)
        return; // it says more than an export can hold
    const auto again = services::read_record(request_of(*file), record_defaults());
    ensure(again.has_value());
    ensure(again->body.title == read.body.title && again->body.summary == read.body.summary);
    ensure(again->body.text == read.body.text && again->body.sections == read.body.sections);
    ensure(again->body.front_matter == read.body.front_matter);
    ensure(again->body.authors == read.body.authors && again->body.licence == read.body.licence);
    ensure(again->body.attachments == read.body.attachments);
}

/// A whole file, as `publish` and `import` read it.
void record(ByteView input) {
    if (const auto decoded = services::decode_text(as_text(input)))
        ensure(!first_unreadable_byte(decoded->text));
    RecordRequest request = request_of(std::string(as_text(input)));
    for (const bool is_imported : {true, false}) {
        if (!is_imported)
            request.imported.reset();
        const auto read = services::read_record(request, record_defaults());
        if (!read)
            continue;
        for (const records::Section& section : read->body.sections)
            ensure(section.begin <= section.end && section.end <= read->body.text.size());
        ensure(!first_unreadable_byte(read->body.title));
        if (is_imported)
            check_round_trip(*read);
    }
}

std::vector<Bytes> record_seeds() {
    records::RecordBody body;
    body.title = "Grids: \"ours\" #1";
    body.authors = {{{}, "A. Teacher", "Oakhill"}, {{1, 2}, "D", "E"}};
    body.language = "cy";
    body.licence = "CC-BY-SA-4.0";
    body.text = "\r\n## Why\r\n---\nmore\n";
    body.front_matter = "title: Another\nphase: primary\n";
    body.fields = {tests::field(records::FieldCode::focus, "writing")};
    body.attachments = {{Bytes(32, 1), "a.png", "image/png", 70'000, "A grid"}};
    const auto exported = services::export_markdown({tests::shown_record(body), "Oakhill", true});
    ensure(exported.has_value());
    return texts(
        {tests::quick_tip("A tip", "# One\n\n![a](a.png) [b](b.pdf#x)\n\n## Two\n\n- three\n"),
         tests::whole_review(),
         tests::whole_adoption(),
         *exported,
         "---\ntitle: A page\nkind: lesson\ndraft: true\nlanguage: en_GB\nsubjects: "
         "Math\n---\n\xc2\xa0\n",
         "# Caf\xe9 talk\n",
         std::string("\xff\xfeH\0i\0", 6),
         "# Only Markdown\n\n<!-- a -->\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> ## Quoted\n"}
    );
}

/// A page of this node has no element that Markdown has no sign for, and runs no address.
void ensure_harmless(std::string_view page) {
    constexpr std::array<std::string_view, 17> elements{
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "ul",
        "ol",
        "li",
        "em",
        "strong",
        "a",
        "img",
        "hr",
        "br",
        "pre",
        "code",
        "blockquote"};
    for (std::size_t at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
        std::string_view name = page.substr(at + 1);
        name.remove_prefix(name.starts_with('/') ? 1 : 0);
        name = name.substr(0, name.find_first_of(" >\n"));
        ensure(std::ranges::find(elements, name) != elements.end());
    }
    for (const char* address : {"href=\"javascript:", "src=\"http", "src=\"data:", "src=\"//"})
        ensure(page.find(address) == page.npos);
}

/// Markdown of anybody: bounded it has as many lines, and is read to its end.
void markdown(ByteView input) {
    const std::string text(as_text(input));
    const auto lines = [](std::string_view of) {
        return std::ranges::count(of, '\n') + std::ranges::count(of, '\r');
    };
    ensure(lines(services::bounded_markdown(text)) == lines(text));
    static_cast<void>(services::text_as_read(text));
    const auto file = [](const std::string& name) { return "/f/" + std::to_string(name.size()); };
    const auto absent = [](const std::string& description, bool) { return description; };
    ensure_harmless(http::plain::prose(text, {file, absent}).text());
}

std::vector<Bytes> markdown_seeds() {
    return texts(
        {"a<?<?<?b <!A <!A <![CDATA[<![CDATA[ x",
         "> > - 1. a\nb\n\n![[]()![[]()](x)",
         "[a\nb]: <u> \"t\nu\"\n\n[a b] [a b]",
         "un**believ**able caf&eacute; <b>x</b>\n\n<div>&amp;</div>\n\n<!-- a -->\n"}
    );
}

/// Authors, times and attachments as an export writes them in one line.
void exported_texts(ByteView input) {
    const std::string text(as_text(input));
    static_cast<void>(services::parse_author(text));
    static_cast<void>(services::parse_time(text));
    if (const auto attachment = services::parse_attachment(text))
        ensure(attachment->content_hash.empty() || attachment->content_hash.size() == 32);
}

std::vector<Bytes> exported_texts_seeds() {
    return texts(
        {"A. Teacher @ Oakhill",
         "2023-11-14T22:13:20Z",
         "2023-11-14",
         "aebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4qa a.png image/png 70000 A grid"}
    );
}

// --------------------------------------------------------------------------- settings and manifest

void settings(ByteView input) {
    const std::string text(as_text(input));
    const auto nothing = [](const std::string&) -> std::optional<std::string> {
        return std::nullopt;
    };
    const auto loaded = node::load_config(text, "staffroom.toml", nothing);
    if (loaded)
        ensure(loaded->origins.size() == node::setting_names().size());
    else
        ensure(!loaded.error().detail.empty());
    // The same text as the value of one setting in the environment.
    const auto listens = [&](const std::string& name) -> std::optional<std::string> {
        return name == "STAFFROOM_NODE_LISTEN" || name == "STAFFROOM_LIMITS_WEB_CONNECTIONS"
                   ? std::optional(text)
                   : std::nullopt;
    };
    static_cast<void>(node::load_config("", "staffroom.toml", listens));
    static_cast<void>(node::is_host_port(text));
}

std::vector<Bytes> settings_seeds() {
    return texts(
        {"[school]\nname = \"Oakhill\"\n[node]\nlisten = \"0.0.0.0:1\"\naddresses = "
         "[\"a.example:7420\"]\n",
         "[limits]\nweb_connections = 12\nweb_idle_seconds = 0x10\n[trace]\nlevel = 'debug'\n",
         "[node]\nlisten = 1979-05-27T07:32:00Z\n",
         "a.b.c = [[1, 2.5], {x = \"\\u00e9\"}]\n\"quoted key\" = '''\nraw'''\n",
         "[::1]:7420"}
    );
}

void manifest(ByteView input) {
    const auto parsed = cli::parse_manifest(as_text(input));
    if (!parsed)
        return;
    for (const cli::ManifestRow& row : *parsed) {
        ensure(row.sha256.size() == 64);
        ensure(!row.path.empty() && row.path.front() != '/');
        ensure(("/" + row.path + "/").find("/../") == std::string::npos);
        static_cast<void>(cli::attribution_of(row));
    }
}

std::vector<Bytes> manifest_seeds() {
    const std::string sum(64, 'a');
    return texts(
        {"path\ttitle\tsha256\nb/a.md\tA\t" + sum + "\nc.md\t\t" + sum + "\n",
         "sha256\tpath\tcreator\tlicence\tchanges\tunknown\r\n" + sum +
             "\ta.md\tX\tCC0\tnone\t1\r\n",
         "path\tsource_repository\tsource_path\tsource_commit\tsha256\na.md\tx/y\tz.md\tabc\t" +
             sum + "\n",
         "title\tsha256\nA\t" + sum + "\n",
         "path\tsha256\na.md\n",
         "path\tsha256\na.md\tabc\n",
         "path\tsha256\n../a.md\t" + sum + "\n"}
    );
}

/// What a node remembers of its backups: what was read says the same again.
void backup_state(ByteView input) {
    const services::BackupState state = services::parse_backup_state(as_text(input));
    const std::string again = services::encode_backup_state(state);
    ensure(
        again.size() > services::backup_state_bytes_max ||
        services::parse_backup_state(again) == state
    );
    (void)services::next_backup(state, {}, WallTime{1'793'000'000'000});
}

std::vector<Bytes> backup_state_seeds() {
    services::BackupState state{
        "/mnt/b", {7}, services::GoodBackup{{8}, "a", "/mnt/b"}, {}, {}, {}};
    std::vector<Bytes> seeds{to_bytes(as_view(services::encode_backup_state(state)))};
    state.failed = services::FailedBackup{{9}, 3, "backup.full"};
    state.elsewhere = services::GoodBackup{{5}, "b", "/media/stick"};
    state.unreadable = {"20261101T000000Z"};
    seeds.push_back(to_bytes(as_view(services::encode_backup_state(state))));
    return seeds;
}

/// A list of staff: every row is used or named, with a line that the file has.
void staff_list(ByteView input) {
    const std::string_view text = as_text(input);
    const auto ends = static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return c == '\n' || c == '\r';
    }));
    const auto list = cli::parse_staff_list(text, "2026-11-30");
    ensure(list || !list.error().detail.empty());
    if (!list)
        return;
    for (const cli::StaffRow& row : list->rows)
        ensure(row.line > 1 && row.line <= ends + 1 && !row.name.empty());
    for (const cli::StaffProblem& problem : list->problems)
        ensure(
            problem.line > 1 && problem.line <= ends + 1 &&
            problem.sentence.ends_with(problem.sentence.back() == '?' ? '?' : '.')
        );
}

std::vector<Bytes> staff_list_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {"name,role,until\nAnn Bell,teacher,2027-07-31\n\"Marsh, Lee\",head,\n",
          "\xEF\xBB\xBF"
          "Surname;Forename;Role\r\nBell;\"A \"\"n\"\"\";lead\r\n;;\r\n",
          "sep=\t\nname\trole\nA\tteacher\tx\n\"B\nC\"\t\n"})
        seeds.push_back(to_bytes(as_view(std::string(text))));
    return seeds;
}

} // namespace

Targets file_targets() {
    return {
        {"front_matter", front_matter, front_matter_seeds},
        {"record", record, record_seeds},
        {"markdown", markdown, markdown_seeds},
        {"exported_texts", exported_texts, exported_texts_seeds},
        {"settings", settings, settings_seeds},
        {"backup_state", backup_state, backup_state_seeds},
        {"manifest", manifest, manifest_seeds},
        {"staff_list", staff_list, staff_list_seeds},
    };
}

} // namespace staffroom::fuzz
