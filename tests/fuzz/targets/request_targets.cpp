// The texts that a program sends to the API and gets from it, below HTTP: JSON bodies, searches,
// addresses, the stream of events.
#include "cli/client/event_reader.hpp"
#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "node/http/plain/frame.hpp"
#include "node/http/plain/sheets/asked.hpp"
#include "node/http/plain/sign_in_sheet.hpp"
#include "node/services/records/exported_part.hpp"
#include "node/services/search/search_query.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/record_input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/node/search_builder.hpp"

namespace staffroom::fuzz {
namespace {

void json(ByteView input) {
    const std::string text(as_text(input));
    static_cast<void>(http::is_dry_run(text));
    const auto parsed = http::parse_object(text);
    if (!parsed)
        return;
    const auto again = http::parse_object(boost::json::serialize(*parsed));
    ensure(again.has_value());
    const auto request = http::record_request(*parsed);
    ensure(request.has_value() || !request.error().detail.empty());
    if (request)
        for (const auto* const defaults : {&record_defaults(), &revision_defaults()}) {
            const auto read = services::read_record(*request, *defaults);
            ensure(read.has_value() || !read.error().detail.empty());
        }
    http::Members members(*parsed);
    static_cast<void>(members.whole("limit", 3));
    static_cast<void>(members.flag("dry_run", false));
    static_cast<void>(members.texts("ids"));
    static_cast<void>(members.outcome());
}

/// The request that brings `file` in, with all that may stand beside it.
std::string request_with(const std::string& file, const std::string& hash) {
    return R"({"file":)" + boost::json::serialize(boost::json::string(file)) +
           R"(,"path":"a.md","kind":"practice-write-up","reach":"draft","authors":["A. Teacher"],)"
           R"("about":[{"id":"aaaaaaaa","relation":"reviews"}],"set":{"phases":["primary"],)"
           R"("licence":"CC-BY-4.0"},"origin":"x","imported":{"attribution":"a","licence":)"
           R"("CC0-1.0","language":"cy","phase":"primary; secondary","focus":"writing","title":)"
           R"("T","created":"2020-01-01","source_kind":"case-study"},"attachments":[{"name":)"
           R"("a.png","hash":")" +
           hash + R"(","type":"image/png","size":3,"description":"d"}]})";
}

std::vector<Bytes> json_seeds() {
    const std::string hash = to_base32(Digest(Digest::Raw{1}));
    const std::string marker = "---\n" + std::string(services::export_marker) + "\n";
    const std::string exported = marker + "kind: practice-write-up\ntitle: T\nattachments: [\"" +
                                 std::string("- a.png image/png 0 A grid\"]\nabout:\n- reviews ") +
                                 hash + "\n- odd\n---\n# T\n";
    return texts(
        {request_with("---\ntitle: \"A\"\n---\n# W\n\n![x](a.png)\n", hash),
         request_with("# Only Markdown\n", "x"),
         request_with(exported, hash),
         R"({"kind":"adoption","about":[{"id":"aaaaaaaa","relation":""}],"file":"# T\n"})",
         R"({"kind":"comment","about":[{"id":"aaaaaaaa"}],"file":"# T\n","reach":"network"})",
         R"({"kind":"newsletter","file":"# T\n","reach":"everywhere"})",
         R"({"kind":"call","file":)" + boost::json::serialize(boost::json::string(exported)) + "}",
         R"({"file":)" +
             boost::json::serialize(boost::json::string(marker + "retracted: yes\n---\n")) + "}",
         R"({"limit":12,"dry_run":true,"ids":["a","b"],"deep":[[[[{"x":null}]]]]})",
         R"({"revises":{"document":"aaaaaaaa@2","on":["b"],"join":false,"beside":true},"n":1e9})",
         R"({"a":"\ud83c\udf33\u0000","b":-0.0,"c":18446744073709551616})"}
    );
}

/// A typed search never reaches the engine's own syntax: whatever becomes an expression, the engine
/// takes.
void query(ByteView input) {
    static const tests::TempFolder folder("fuzz-query");
    static storage::PosixFileSystem files;
    static storage::SearchIndex index = [] {
        std::filesystem::create_directories(folder.path());
        return storage::SearchIndex(files, (folder.path() / "index").string());
    }();
    static const bool is_open = [] {
        storage::SearchBatch batch;
        batch.documents.push_back(
            {tests::numbered<RevisionId>(1),
             {tests::search_document(1, "Two voices", "a talk")},
             {}}
        );
        return index.open().has_value() && index.write(batch).has_value();
    }();
    ensure(is_open);
    InputReader in(input);
    const std::uint8_t choice = in.u8();
    std::vector<storage::SearchColumn> columns;
    if (choice % 3 == 1)
        columns.push_back(storage::SearchColumn::title);
    const std::string_view typed = as_text(in.rest());
    static_cast<void>(services::columns_from(typed));
    const auto match = services::match_of(typed, columns);
    if (!match)
        return;
    const auto page = index.search({*match, {}});
    ensure(page.has_value() || page.error().code == Errc::timed_out);
    // The same words in a record: whatever they are cut into, what is marked lies inside of them.
    if (choice % 3 != 2)
        return;
    const std::string text(typed);
    ensure(index.write(tests::batch_of({tests::search_document(2, "", text)})).has_value());
    const auto found = index.search({*match, {}});
    ensure(found.has_value() || found.error().code == Errc::timed_out);
    for (const storage::SearchHit& hit : found ? found->hits : std::vector<storage::SearchHit>{})
        for (const storage::Mark& mark : hit.snippet.marks)
            ensure(mark.begin < mark.end && mark.end <= hit.snippet.text.size());
}

std::vector<Bytes> query_seeds() {
    return texts(
        {std::string("\0two voices", 11),
         "\x01\"two voices\" talk*",
         std::string("\0title: NEAR(a b) AND (c OR -d) ^e {f} col:\"g", 44),
         "\x01outcome,title",
         "\x02\xe9\x98\x85\xe8\xaf\xbb\xe5\xbe\x88\xe5\xa4\x9a",
         "\x02\xe0\xb8\x97\xe0\xb9\x8d\xe0\xb8\xb2\xe0\xb8\x87\xe0\xb8\xb2\xe0\xb8\x99",
         std::string("\0caf\xc3\xa9 \xff \xd9\x83\xd9\x90\xd8\xaa*", 15)}
    );
}

/// The same events come out however the stream is cut.
void events(ByteView input) {
    InputReader in(input);
    InputReader cuts(in.piece());
    const std::string_view stream = as_text(in.rest());
    const auto whole = cli::EventReader().feed(stream);
    cli::EventReader reader;
    std::vector<cli::ServerEvent> parted;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t length = cuts.is_empty() ? stream.size() - at : cuts.u8() + 1U;
        for (cli::ServerEvent& event : reader.feed(stream.substr(at, length)))
            parted.push_back(std::move(event));
        at += length;
    }
    ensure(parted.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i)
        ensure(
            parted[i].data == whole[i].data && parted[i].type == whole[i].type &&
            parted[i].id == whole[i].id
        );
}

std::vector<Bytes> events_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view stream :
         {": heartbeat\n\nid: 1.7\nevent: record.arrived\ndata: {\"a\":1}\ndata: {}\n\n",
          "\xef\xbb\xbf"
          "data:x\r\n\r\nid\r\ndata\r\rretry: 5\n\ndata: half"}) {
        Bytes seed;
        append_piece(seed, Bytes{0, 3, 9, 1, 1, 40});
        append(seed, as_view(stream));
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

/// What a form of a plain page sends: what can be read is read the same when it is sent again.
void form(ByteView input) {
    const std::string text(as_text(input));
    static_cast<void>(http::plain::PageWords::preferred(text).direction());
    ensure(http::plain::is_plain_address(http::plain::own_destination(text)));
    const auto fields = http::parse_query(text);
    if (!fields)
        return;
    std::string again;
    for (const auto& [name, value] : *fields)
        again += (again.empty() ? "" : "&") + http::plain::query_encoded(name) + "=" +
                 http::plain::query_encoded(value);
    ensure(again.empty() || http::parse_query(again) == fields);
}

std::vector<Bytes> form_seeds() {
    return texts(
        {"name=Ann+Bell&password=a%20b&form=abc&to=%2Fplain%2Frecords%2Fx%402",
         "a=1&a=2&&=&b&%41=%",
         "cy-GB, en;q=0.5"}
    );
}

} // namespace

Targets request_targets() {
    return {
        {"json", json, json_seeds},
        {"query", query, query_seeds, nullptr, 300},
        {"events", events, events_seeds},
        {"form", form, form_seeds},
    };
}

} // namespace staffroom::fuzz
