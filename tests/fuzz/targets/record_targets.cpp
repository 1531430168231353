// The parts of a school's records: headers, bodies, the files that they name, and the texts that
// people type.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/phrase.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/invitation.hpp"
#include "protocol/records/body.hpp"
#include "protocol/replica/logs/record_files.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::fuzz {
namespace {

/// What parses must say the same when it is written and parsed again.
void header(ByteView input) {
    const auto parsed = log::parse_header(input);
    if (!parsed)
        return;
    const auto again = log::parse_header(log::encode_header(*parsed));
    ensure(again.has_value() && *again == *parsed);
}

void genesis(ByteView input) {
    const auto parsed = network::parse_genesis(input);
    if (parsed)
        ensure(!first_unreadable_byte(parsed->name));
}

void body(ByteView input) {
    InputReader in(input);
    const std::uint64_t codec = in.u8() % 4;
    const std::uint64_t plain_length = in.u32() % (1U << 20U);
    const auto decoded = records::decode_body(codec, plain_length, in.rest());
    if (decoded)
        ensure(records::encode_body(*decoded).has_value());
}

/// The files that travel with whatever a body says.
void files(ByteView input) {
    tests::SeededRandom random(1);
    log::EntryHeader entry{.kind = 1, .school = random.make<SchoolId>()};
    entry.plain_length = static_cast<std::uint32_t>(std::min(input.size(), std::size_t{300'000}));
    entry.encoded_length = entry.plain_length;
    entry.commitment = random.make<Commitment>();
    const log::BodyBytes body{
        Bytes(32), std::make_shared<const Bytes>(to_bytes(input.first(entry.plain_length)))};
    const auto named = replica::files_of(log::encode_header(entry), body);
    if (!named)
        return;
    std::uint64_t bytes = 0;
    for (const replica::FileName& file : *named)
        bytes += file.size;
    ensure(named->size() <= limits::attachments_per_record_max);
    ensure(bytes <= limits::attachments_bytes_max);
}

void phrase(ByteView input) {
    const auto entropy = identity::entropy_from_phrase(as_text(input));
    if (entropy)
        ensure(identity::phrase_from_entropy(*entropy).has_value());
}

void invitation(ByteView input) {
    const auto code = network::InvitationCode::parse(as_text(input));
    if (code)
        ensure(network::InvitationCode::parse(code->text()).has_value());
}

void text(ByteView input) {
    const std::string typed(as_text(input));
    if (const auto bytes = from_base32(typed))
        ensure(to_base32(*bytes) == typed);
    static_cast<void>(first_unreadable_byte(typed));
}

std::vector<Bytes> header_seeds() {
    tests::SeededRandom random(1);
    log::EntryHeader full{.kind = 1, .critical = true, .school = random.make<SchoolId>()};
    const auto first_entry = log::encode_header(full);
    full.document = random.make<RevisionId>();
    full.parents = {random.make<RevisionId>(), random.make<RevisionId>()};
    full.about = {{random.make<RevisionId>(), 1}, {random.make<RevisionId>(), 3}};
    full.reach = 4;
    full.audience = {random.make<Digest>()};
    full.pass_on = 1;
    full.retention = 2;
    full.clock = WallTime{1'800'000'000'000};
    full.clock_counter = 9;
    full.codec = 1;
    full.encoded_length = 900;
    full.plain_length = 2'000;
    full.attachment_bytes = 70'000;
    full.commitment = random.make<Commitment>();
    log::EntryHeader governance{.kind = log::kind_operation, .school = full.school};
    governance.payload = log::Payload{300, random.make<Digest>()};
    log::EntryHeader start{.kind = log::kind_incarnation_start, .school = full.school};
    start.predecessors = {
        {random.make<SigningPublicKey>(),
         random.make<Incarnation>(),
         LogSize{12},
         random.make<TreeHash>()}};
    return {
        first_entry,
        log::encode_header(full),
        log::encode_header(governance),
        log::encode_header(start)};
}

std::vector<Bytes> genesis_seeds() {
    tests::SeededRandom random(2);
    const auto founder = random.make<SchoolId>();
    return {
        *network::make_genesis("Rivers", "writing", "Be kind.", founder, random),
        *network::make_genesis("Wälder", "talk", std::string(500, 'c'), founder, random)};
}

records::RecordBody whole_body() {
    records::RecordBody body;
    body.title = "A title";
    body.summary = "In short.";
    body.authors = {{Bytes(32, 7), "M. Hale", "Hillside"}, {{}, "A. Teacher", ""}};
    body.language = "en-GB";
    body.licence = "CC-BY-4.0";
    body.text = "# Heading\n\nSome text, some text, some text.\n";
    body.front_matter = "title: A title\n";
    body.fields = {{1, "primary"}, {2, "reading"}, {9'999, "of a newer version"}};
    body.sections = {{1, 0, 10, 40}};
    body.attachments = {{Bytes(32, 1), "a.png", "image/png", 70'000, "A grid"}};
    body.attribution = "After somebody.";
    body.origin = "a/b.md";
    body.created = body.modified = WallTime{5};
    return body;
}

/// One input of `body` for each codec.
std::vector<Bytes> body_seeds() {
    std::vector<Bytes> seeds;
    records::RecordBody long_body = whole_body();
    for (int i = 0; i < 8; ++i)
        long_body.text += long_body.text;
    for (const records::RecordBody& one : {records::RecordBody{}, whole_body(), long_body}) {
        const auto encoded = records::encode_body(one);
        ensure(encoded.has_value());
        Bytes seed{static_cast<std::uint8_t>(encoded->codec)};
        append_u32_be(seed, encoded->plain_length);
        append(seed, *encoded->encoded);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

std::vector<Bytes> files_seeds() {
    return {*wire::encode_record_body(whole_body())};
}

std::vector<Bytes> texts_of(std::initializer_list<std::string_view> texts) {
    std::vector<Bytes> seeds;
    for (const std::string_view one : texts)
        seeds.push_back(to_bytes(as_view(one)));
    return seeds;
}

std::vector<Bytes> phrase_seeds() {
    std::vector<Bytes> seeds = texts_of({"abandon abandon about", "  Abandon\tABOUT "});
    for (const std::size_t length : {16U, 24U, 32U}) {
        const auto words = identity::phrase_from_entropy(Bytes(length, 0x5a));
        std::string phrase;
        for (const std::string& word : *words)
            phrase += word + " ";
        seeds.push_back(to_bytes(as_view(phrase)));
    }
    return seeds;
}

std::vector<Bytes> invitation_seeds() {
    tests::SeededRandom random(3);
    std::vector<Bytes> seeds = texts_of({"7K2M-QH4D-9XTC-V0RA"});
    for (int i = 0; i < 3; ++i)
        seeds.push_back(to_bytes(as_view(network::InvitationCode::make(random).text())));
    return seeds;
}

std::vector<Bytes> text_seeds() {
    return texts_of({"ummlo7z7d7vqaaaa", "Wörter \xf0\x9f\x8c\xb3", "\x01\xc0\xaf"});
}

} // namespace

Targets record_targets() {
    return {
        {"header", header, header_seeds},
        {"genesis", genesis, genesis_seeds},
        {"body", body, body_seeds},
        {"files", files, files_seeds},
        {"phrase", phrase, phrase_seeds},
        {"invitation", invitation, invitation_seeds},
        {"text", text, text_seeds},
    };
}

} // namespace staffroom::fuzz
