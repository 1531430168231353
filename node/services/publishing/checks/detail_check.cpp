#include "node/services/publishing/checks/detail_check.hpp"

#include "node/services/records/exported_texts.hpp"
#include "node/services/text/visible_words.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/fields.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace staffroom::services {
namespace {

using pupil_details::Finding;
using records::FieldCode;
using records::RecordBody;

constexpr std::array confirmation_codes{
    FieldCode::check_confirmed_rules,
    FieldCode::check_confirmed_reason,
    FieldCode::check_confirmed_on,
    FieldCode::check_confirmed_by};

bool is_confirmation(const records::Field& field) {
    return std::ranges::find(confirmation_codes, static_cast<FieldCode>(field.code)) !=
           confirmation_codes.end();
}

void append_findings(std::vector<Finding>& all, std::vector<Finding> more) {
    std::ranges::move(more, std::back_inserter(all));
}

/// A value that the file does not have, since an option or a former text gave it.
void append_value(
    std::vector<Finding>& all, std::string_view file, std::string_view value, std::string_view name
) {
    if (!value.empty() && file.find(value) == std::string_view::npos)
        append_findings(all, pupil_details::find_in_value(value, name));
}

/// Free words of the body beside `file`. Authors are meant to be named.
std::vector<Finding> find_beside(const RecordBody& body, std::string_view file) {
    std::vector<Finding> all;
    append_value(all, file, body.title, "title");
    append_value(all, file, body.summary, "summary");
    for (const records::Field& field : body.fields) {
        const records::FieldFacts* facts = records::find_field(field.code);
        const bool is_free = facts != nullptr && (facts->shape == records::FieldShape::text ||
                                                  facts->shape == records::FieldShape::section);
        if (is_free && field.code != static_cast<std::uint32_t>(FieldCode::joint_with) &&
            !is_confirmation(field))
            append_value(all, file, field.value, facts->name);
    }
    for (const records::Attachment& attachment : body.attachments) {
        append_findings(all, pupil_details::find_in_file_name(attachment.name));
        append_value(all, file, attachment.description, "description of " + attachment.name);
    }
    return all;
}

/// What other schools read already under a confirmation, as rule and words.
std::set<std::pair<std::string_view, std::string>> confirmed_before(const RecordBody* former) {
    std::set<std::pair<std::string_view, std::string>> known;
    if (former == nullptr)
        return known;
    std::set<std::string_view> rules;
    for (const records::Field& field : former->fields)
        if (field.code == static_cast<std::uint32_t>(FieldCode::check_confirmed_rules))
            rules.insert(field.value);
    if (rules.empty())
        return known;
    std::vector<Finding> all = pupil_details::find_in_text(former->text);
    append_findings(all, pupil_details::find_in_text(former->front_matter));
    append_findings(all, find_beside(*former, former->text));
    for (Finding& each : all)
        if (rules.contains(each.rule->id))
            known.emplace(each.rule->id, std::move(each.words));
    return known;
}

/// Rules that an exported file says to be confirmed: it is the record itself, written down.
std::set<std::string> confirmed_in_export(const ReadRecord& read) {
    std::set<std::string> rules;
    if (read.is_exported)
        for (const records::Field& field : read.body.fields)
            if (field.code == static_cast<std::uint32_t>(FieldCode::check_confirmed_rules))
                rules.insert(field.value);
    return rules;
}

void set_confirmation(
    RecordBody& body, const std::set<std::string_view>& rules, const DetailContext& with
) {
    constexpr std::uint64_t day_ms = std::uint64_t{24} * 60 * 60 * 1000;
    const auto put = [&](FieldCode code, std::string_view value) {
        body.fields.push_back({static_cast<std::uint32_t>(code), std::string(value)});
    };
    for (const std::string_view rule : rules)
        put(FieldCode::check_confirmed_rules, rule);
    put(FieldCode::check_confirmed_reason, with.request.confirm_pupil_details);
    put(FieldCode::check_confirmed_on, time_text({with.now.ms - with.now.ms % day_ms}));
    put(FieldCode::check_confirmed_by, with.confirmed_by);
}

void take_confirmation(RecordBody& body, const RecordBody& former) {
    for (const records::Field& field : former.fields)
        if (is_confirmation(field))
            body.fields.push_back(field);
}

/// A place with the rules that found something there: "line 4 (name-with-class, phone)".
std::vector<std::string> places_of(const std::vector<Finding>& findings) {
    std::vector<std::string> places;
    const Finding* last = nullptr;
    for (const Finding& each : findings) {
        const std::string rule(each.rule->id);
        if (last != nullptr && last->line == each.line && last->place == each.place)
            places.back().insert(places.back().size() - 1, ", " + rule);
        else
            places.push_back(
                (each.line > 0 ? "line " + std::to_string(each.line) : "the " + each.place) + " (" +
                rule + ")"
            );
        last = &each;
    }
    return places;
}

std::string sentence_about(const std::vector<std::string>& places) {
    constexpr std::size_t shown_max = 8;
    const std::size_t count = places.size();
    std::string out = count == 1 ? "One line may tell who a pupil is: "
                                 : std::to_string(count) + " lines may tell who a pupil is: ";
    for (std::size_t i = 0; i < std::min(count, shown_max); ++i)
        out += (i == 0 ? "" : ", ") + places[i];
    return out + (count > shown_max ? " and " + std::to_string(count - shown_max) + " more." : ".");
}

} // namespace

bool leaves_the_school(records::Reach reach) {
    return reach >= records::Reach::circle;
}

std::vector<Finding> find_open_details(ReadRecord& read, const DetailContext& with) {
    std::vector<Finding> all = pupil_details::find_in_text(with.request.file);
    append_findings(all, find_beside(read.body, with.request.file));
    // What a file says of its own confirmation is not one, unless it is an export and nothing here
    // could say what has been added to it.
    const auto exported =
        with.former == nullptr ? confirmed_in_export(read) : std::set<std::string>();
    if (exported.empty())
        std::erase_if(read.body.fields, is_confirmation);
    const std::string& reason = with.request.confirm_pupil_details;
    if (all.empty()) {
        if (!reason.empty())
            read.notes.emplace_back("Nothing in it looks like a detail of a pupil, so there was "
                                    "nothing to confirm.");
        return all;
    }
    // The reason goes along: it must not tell what it speaks of.
    if (auto in_reason = pupil_details::find_in_value(reason, "reason"); !in_reason.empty())
        return in_reason;
    if (has_visible(reason)) {
        std::set<std::string_view> rules;
        for (const Finding& each : all)
            rules.insert(each.rule->id);
        std::erase_if(read.body.fields, is_confirmation);
        set_confirmation(read.body, rules, with);
        return {};
    }
    const auto known = confirmed_before(with.former);
    std::erase_if(all, [&](const Finding& each) {
        return exported.contains(std::string(each.rule->id)) ||
               known.contains({each.rule->id, each.words});
    });
    if (all.empty() && exported.empty())
        take_confirmation(read.body, *with.former);
    return all;
}

std::vector<Finding> find_in_request(const RecordRequest& request) {
    std::vector<Finding> all = pupil_details::find_in_text(request.file);
    for (const auto& [name, value] : request.set)
        if (name != "joint-with")
            append_value(all, request.file, value, name);
    for (const RequestedAttachment& attachment : request.attachments) {
        append_findings(all, pupil_details::find_in_file_name(attachment.name));
        append_value(
            all, request.file, attachment.description, "description of " + attachment.name
        );
    }
    append_findings(all, pupil_details::find_in_value(request.confirm_pupil_details, "reason"));
    return all;
}

void add_details(Refusal& refusal, std::vector<Finding> findings, const RecordRequest& request) {
    if (findings.empty())
        return;
    std::string& said = refusal.error.detail;
    said += said.empty() ? "" : " ";
    if (findings.front().place == "reason")
        said += "The reason would go to other schools, and may itself tell who a pupil is: " +
                findings.front().words + " (" + std::string(findings.front().rule->id) + ").";
    else
        said += sentence_about(places_of(findings));
    if (refusal.problems.empty()) {
        refusal.code = "record.pupil-details";
        refusal.next =
            "change what is named above" +
            std::string(request.imported ? " and import again" : " and run the command again") +
            ", or say why it may stand: --confirm-pupil-details REASON, which readers will see.";
    }
    refusal.pupil_details = std::move(findings);
}

std::string step_from_draft(const Refusal& refusal, records::Reach wanted) {
    if (wanted == records::Reach::linked)
        return refusal.problems.empty()
                   ? "change what is named above, then run `staffroom revise {draft} FILE --reach "
                     "linked --link LINK`; or say why it may stand with --confirm-pupil-details "
                     "REASON, which readers will see."
                   : "complete the file, then run `staffroom revise {draft} FILE --reach linked "
                     "--link LINK`.";
    if (wanted != records::Reach::network)
        return "complete the file, then run `staffroom revise {draft} FILE --reach school`.";
    if (refusal.problems.empty())
        return "change what is named above, then run `staffroom revise {draft} FILE --network "
               "NET`; or say why it may stand with --confirm-pupil-details REASON, which readers "
               "will see.";
    return "complete the file, then run `staffroom revise {draft} FILE --network NET`.";
}

} // namespace staffroom::services
