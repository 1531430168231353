#include "node/services/crossing/link_terms.hpp"

#include "node/services/vocabulary/written_date.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/kind_facts.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using records::RecordKind;

constexpr std::uint64_t link_day_ms = std::uint64_t{24} * 60 * 60 * 1000;

/// What others can learn from and try, and the answer to it: without adoptions nobody would hear
/// that a record was tried elsewhere. Comments and calls stay, which are said among people who know
/// each other.
constexpr std::array kinds_otherwise{
    RecordKind::practice_write_up,
    RecordKind::enquiry_finding,
    RecordKind::peer_review_note,
    RecordKind::adoption};

struct KindPlural {
    RecordKind kind;
    std::string_view words;
};
constexpr std::array plurals{
    KindPlural{RecordKind::practice_write_up, "practice write-ups"},
    KindPlural{RecordKind::enquiry_finding, "findings"},
    KindPlural{RecordKind::peer_review_note, "review notes"},
    KindPlural{RecordKind::adoption, "adoptions"},
    KindPlural{RecordKind::comment, "comments"},
    KindPlural{RecordKind::call, "calls"}};

template <class Items> void sort_out_doubles(Items& items) {
    std::ranges::sort(items);
    const auto doubles = std::ranges::unique(items);
    items.erase(doubles.begin(), doubles.end());
}

Result<WallTime> day_of_link(const std::string& text, const char* what) {
    const auto day = day_of(text);
    if (!day)
        return fail(
            Errc::invalid_input, std::string("The ") + what + " has to be a day such as 2027-07-31."
        );
    return WallTime{day->ms + link_day_ms}; // the whole of that day
}

} // namespace

Result<agreement::Terms> terms_of(const WantedTerms& wanted) {
    agreement::Terms terms{{}, wanted.pass_on, wanted.onward, wanted.passed_on};
    sort_out_doubles(terms.onward);
    if (!terms.onward.empty() && !terms.pass_on)
        return fail(
            Errc::invalid_input,
            "Networks are named to which records may be passed on, and nothing may be passed on."
        );
    if (terms.onward.size() > limits::agreement_onward_max)
        return fail(
            Errc::invalid_input,
            "An agreement names at most " + std::to_string(limits::agreement_onward_max) +
                " networks to pass on to."
        );
    for (const std::string& word : wanted.kinds) {
        const auto kind = records::kind_from_name(word);
        if (!kind)
            return fail(Errc::unknown_value, "The kind " + kind.error().detail + ".");
        if (!records::is_written_here(*kind))
            return fail(
                Errc::invalid_input,
                "Records of kind " + word + " cannot be written by this version."
            );
        terms.kinds.push_back(static_cast<std::uint32_t>(*kind));
    }
    if (wanted.kinds.empty())
        for (const RecordKind kind : kinds_otherwise)
            terms.kinds.push_back(static_cast<std::uint32_t>(kind));
    sort_out_doubles(terms.kinds);
    return terms;
}

Result<LinkDays> link_days(WallTime now, const std::string& until, const std::string& review) {
    constexpr std::uint64_t days_otherwise = 365;
    const std::uint64_t today_ms = now.ms - now.ms % link_day_ms;
    LinkDays days{WallTime{today_ms + (days_otherwise + 1) * link_day_ms}, WallTime{0}};
    if (!until.empty()) {
        const auto typed = day_of_link(until, "last day");
        if (!typed)
            return fail(typed.error());
        days.until = *typed;
    }
    if (days.until <= now)
        return fail(Errc::invalid_input, "The last day of a link has to be still to come.");
    const std::uint64_t middle_ms = today_ms + (days.until.ms - today_ms) / 2;
    days.review = WallTime{std::max(middle_ms - middle_ms % link_day_ms, today_ms + link_day_ms)};
    if (!review.empty()) {
        const auto typed = day_of_link(review, "day of the review");
        if (!typed)
            return fail(typed.error());
        days.review = *typed;
    }
    if (days.review > days.until)
        return fail(Errc::invalid_input, "The day of the review has to be before the last day.");
    return days;
}

std::string kind_plural(std::string_view kind) {
    for (const KindPlural& each : plurals)
        if (records::kind_name(each.kind) == kind)
            return std::string(each.words);
    return "records of kind " + std::string(kind);
}

std::string kinds_text(const std::vector<std::string>& kinds) {
    if (kinds.empty())
        return "nothing";
    std::string text;
    for (std::size_t at = 0; at < kinds.size(); ++at)
        text += (at == 0 ? "" : at + 1 == kinds.size() ? " and " : ", ") + kind_plural(kinds[at]);
    return text;
}

std::vector<std::string> kind_words(const std::vector<std::uint32_t>& kinds) {
    std::vector<std::string> words;
    for (const std::uint32_t raw : kinds) {
        const auto kind = records::parse_kind(raw);
        words.push_back(
            kind ? std::string(records::kind_name(*kind)) : "kind-" + std::to_string(raw)
        );
    }
    return words;
}

} // namespace staffroom::services
