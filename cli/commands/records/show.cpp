#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/record_name.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace staffroom::cli {

namespace {

void put(Output& output, const std::string& name, const std::string& value) {
    if (!value.empty())
        output.line(name + std::string(14 - std::min<std::size_t>(13, name.size()), ' ') + value);
}

/// Returns a line such as "reviews "Exit tickets", Oakdene (@1 of it; a newer text exists)
/// abcdefgh".
std::string related_text(const boost::json::value& related) {
    if (!flag_at(related, "here"))
        return text_at(related, "relation") + " a record that is not here, " +
               text_at(related, "id");
    return text_at(related, "relation") + " " + named_record(related) + "  " +
           text_at(related, "id").substr(0, 8);
}

void print_relations(Output& output, const boost::json::value& record) {
    for (const auto& about : list_at(record, "about")) {
        put(output, "About", related_text(about));
        if (flag_at(about, "has_newer"))
            put(output, "", "  a newer text than the one it was written about exists");
    }
    for (const auto& incoming : list_at(record, "incoming"))
        put(output,
            "Others",
            related_text(incoming) +
                (flag_at(incoming, "has_newer") ? ", about an earlier revision" : ""));
}

/// Says since when and why the words are gone; nothing where they are not.
std::string gone_text(Client& client, const boost::json::value& record) {
    const std::string gone = gone_word(record);
    if (gone != "erased")
        return gone;
    // The order is on record for ever; this school may be one that never had it.
    const auto order = client.get("/api/v1/erasures/" + path_part(text_at(record, "id")));
    if (!order)
        return gone;
    return "erased, as " + text_at(field_at(*order, "ordered_by"), "name") + " ordered on " +
           time_text(count_at(*order, "ordered_ms")) + " (" + text_at(*order, "reason") + ")";
}

void print_state(Output& output, const boost::json::value& record, const std::string& gone) {
    if (!gone.empty())
        put(output, "State", gone);
    else if (text_at(record, "state") == "superseded")
        put(output, "State", "replaced by " + text_at(record, "superseded_by"));
    else if (text_at(record, "state") == "retracted")
        put(output, "State", "taken back: " + text_at(field_at(record, "retraction"), "reason"));
    put(output, "Call", text_at(record, "call_state"));
    if (flag_at(record, "has_newer"))
        put(output, "Newer", "a newer revision exists: show " + text_at(record, "document"));
}

/// The networks by which a record of another one came; empty for one of the own network.
std::string way_text(const boost::json::value& from) {
    std::string text;
    for (const auto& step : list_at(from, "trail"))
        text += (text.empty() ? "" : ", passed on by ") + network_with_place(step);
    if (const auto ended = count_at(from, "ended_ms"); ended > 0)
        text += "; the link ended on " + time_text(ended);
    return text;
}

/// Says at how many schools an own record is known to be, and of which others nothing is known.
void print_safety(Output& output, const boost::json::value& record) {
    const auto& safe = field_at(record, "safe");
    if (!safe.is_object())
        return;
    put(output,
        "Safe",
        "at " + std::to_string(count_at(safe, "at")) + " of " +
            counted(count_at(safe, "of"), "school"));
    constexpr std::size_t schools_shown_max = 5;
    const auto& without = list_at(safe, "without");
    for (std::size_t i = 0; i < std::min(without.size(), schools_shown_max); ++i) {
        const auto name = text_at(without[i], "name");
        const auto heard = count_at(without[i], "last_heard_ms");
        put(output,
            "",
            "  not known of " + (name.empty() ? text_at(without[i], "id") : name) +
                (heard > 0 ? ", last heard " + time_text(heard) : ", which this node never met"));
    }
    if (without.size() > schools_shown_max)
        put(output, "", "  nor of " + counted(without.size() - schools_shown_max, "other school"));
}

void print_facts(Output& output, const boost::json::value& record, const std::string& gone) {
    output.line(title_of(record));
    output.line("");
    put(output, "Id", text_at(record, "id"));
    put(output, "Kind", text_at(record, "kind"));
    put(output, "School", text_at(record, "school_name"));
    put(output, "Came from", way_text(field_at(record, "from_network")));
    put(output, "Authors", names_of(list_at(record, "authors")));
    put(output, "Reach", text_at(record, "reach"));
    for (const auto& link : list_at(record, "links")) {
        const auto state = text_at(link, "state");
        put(output, "Linked", text_at(link, "name") + (state == "open" ? "" : " (" + state + ")"));
    }
    if (const auto further = count_at(record, "pass_on"); further > 0)
        put(output, "Passed on", "to at most " + counted(further, "network") + " more");
    put(output,
        "Revision",
        text_at(record, "revision_number") + " of " + text_at(record, "revisions") + ", " +
            text_at(record, "revision"));
    if (const auto written = count_at(record, "modified_ms"); written > 0)
        put(output, "Written", time_text(written));
    print_state(output, record, gone);
    print_safety(output, record);
    put(output, "Language", text_at(record, "language"));
    put(output, "Licence", text_at(record, "licence"));
    put(output, "Attribution", text_at(record, "attribution"));
    if (const std::string origin = text_at(record, "origin"); !origin.empty())
        put(output, "Origin", "says it comes from " + origin);
    put(output, "Summary", text_at(record, "summary"));
    print_relations(output, record);
    if (const auto* fields = field_at(record, "fields").if_object())
        for (const auto& field : *fields)
            put(output, std::string(field.key()), text_at(field_at(record, "fields"), field.key()));
    for (const auto& attachment : list_at(record, "attachments"))
        put(output,
            "Attachment",
            text_at(attachment, "name") + " (" + readable_bytes(count_at(attachment, "size")) +
                (flag_at(attachment, "here") ? ") " : ", not yet here) ") +
                text_at(attachment, "description"));
}

/// The members shown of a version that stands beside another one, in this order.
constexpr std::array version_members{
    "id",          "kind",         "title",      "school",   "school_name",     "revision",
    "reach",       "heads",        "body_state", "document", "revision_number", "revisions",
    "dated_ahead", "from_network", "network",    "text",     "fields",          "front_matter",
    "sections",    "authors",      "language",   "licence",  "summary",         "attribution",
    "origin",      "created_ms",   "modified_ms"};

/// Returns the same lists as of the record itself, without the state of the others.
boost::json::array
without_members(const boost::json::array& list, std::initializer_list<std::string_view> left_out) {
    boost::json::array out;
    for (const auto& each : list) {
        boost::json::object kept = each.as_object();
        for (const std::string_view name : left_out)
            kept.erase(name);
        out.push_back(std::move(kept));
    }
    return out;
}

boost::json::object version_of(const boost::json::value& record) {
    boost::json::object version;
    for (const char* const name : version_members)
        if (const auto* value = record.as_object().if_contains(name))
            version[name] = *value;
    boost::json::array about;
    for (const auto& each : list_at(record, "about"))
        about.push_back(boost::json::object{
            {"id", text_at(each, "id")}, {"relation", text_at(each, "relation")}});
    version["about"] = std::move(about);
    if (record.as_object().contains("attachments"))
        version["attachments"] = without_members(list_at(record, "attachments"), {"here"});
    return version;
}

/// Asks for each version beside the one that is shown, one by one.
Outcome<boost::json::array> ask_for_versions(Client& client, const boost::json::value& shown) {
    boost::json::array versions;
    for (const auto& row : list_at(shown, "versions")) {
        const std::string name =
            text_at(row, "id") + "@" + std::to_string(count_at(row, "revision_number"));
        const auto answer = client.get("/api/v1/records/" + path_part(name));
        if (!answer)
            return answer.failure();
        if (answer->is_object())
            versions.push_back(version_of(*answer));
    }
    return versions;
}

} // namespace

Outcome<ExitCode> run(const ShowCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    auto answer = client.get("/api/v1/records/" + path_part(*id));
    if (!answer)
        return answer.failure();
    const auto versions = ask_for_versions(client, *answer);
    if (!versions)
        return versions.failure();
    if (output.json()) {
        if (auto* object = answer->if_object())
            (*object)["versions"] = *versions;
        output.document(*answer);
        return ExitCode::done;
    }
    print_facts(output, *answer, gone_text(client, *answer));
    output.line("");
    output.block(text_at(*answer, "text"));
    for (const auto& version : *versions) {
        output.line("");
        output.line("======== The other version, which stands beside the one above ========");
        output.line("");
        print_facts(output, version, gone_word(version));
        output.line("");
        output.block(text_at(version, "text"));
    }
    if (!versions->empty())
        output.say(
            "Write one text of them, then run `staffroom revise " + text_at(*answer, "document") +
            " FILE --join`."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
