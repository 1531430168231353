#include "tests/simulation/checks/end_state.hpp"

#include "protocol/log/entry.hpp"
#include "protocol/records/body.hpp"
#include "tests/support/records/slow_documents.hpp"

namespace staffroom::simulation {
namespace {

/// The revisions of one network that count, and the titles of those whose words are here.
struct Shown {
    tests::SlowRevisions revisions;
    std::map<RevisionId, std::string> titles;

    void add(storage::Store& store, ByteView header_bytes) {
        const auto header = log::parse_header(header_bytes);
        if (!header || !header->commitment)
            return;
        const RevisionId id = log::revision_id(header_bytes);
        const auto found = store.read_body(id);
        std::optional<records::RecordBody> words;
        if (found && found->body.encoded) {
            auto body =
                records::decode_body(header->codec, header->plain_length, *found->body.encoded);
            if (body)
                words = std::move(*body);
        }
        if (const auto revision = tests::slow_revision(header_bytes, words))
            revisions.emplace(id, *revision);
        titles.emplace(id, words ? words->title : "(without words)");
    }
    [[nodiscard]] std::string title(const RevisionId& id) const {
        const auto found = titles.find(id);
        return found == titles.end() ? "(not here)" : found->second;
    }
};

std::string describe(const Shown& shown, const tests::SlowDocument& document) {
    std::multiset<std::string> heads;
    for (const RevisionId& head : document.heads)
        heads.insert(shown.title(head));
    std::string text;
    for (const std::string& head : heads)
        text += " [" + head + "]";
    text += document.is_hidden ? " hidden" : "";
    return text + " " + std::to_string(document.counted.size()) + " count, " +
           std::to_string(document.uncounted.size()) + " do not";
}

} // namespace

std::string
describe_network(World& world, std::size_t school, const replica::NetworkStatus& status) {
    std::multiset<std::string> lines;
    for (const replica::MemberStatus& member : status.members) {
        const auto index = world.witness().find(member.school);
        // What a liar calls itself need not be the same to everybody.
        const bool is_honest = index && world.witness().is_honest(*index);
        lines.insert(
            "member " + (is_honest ? member.name : "liar") + (member.joined ? " joined" : "") +
            (member.coordinator ? " coordinator" : "")
        );
    }
    Shown shown;
    storage::Store& store = *world.school(school).store;
    for (const auto& log : world.school(school).replica->logs(log::space_of(status.network))) {
        static_cast<void>(store.for_each_entry(
            log.id,
            Position{0},
            [&](const auto& entry) -> Result<bool> {
                // Behind a fork each node may hold another history.
                if (log.cut_at && entry.position >= *log.cut_at)
                    return false;
                shown.add(store, entry.row.header);
                return true;
            }
        ));
    }
    for (const auto& [id, document] : tests::slow_documents(shown.revisions))
        lines.insert("document [" + shown.title(id) + "]:" + describe(shown, document));
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

} // namespace staffroom::simulation
