#include "protocol/agreement/refusal.hpp"

#include <algorithm>
#include <array>

namespace staffroom::agreement {
namespace {

struct RefusalWords {
    Refusal refusal;
    std::string_view name;
    std::string_view text;
};

constexpr std::array refusal_words{
    RefusalWords{Refusal::not_agreed, "not-agreed", "No agreement with that network stands."},
    RefusalWords{
        Refusal::disputed,
        "disputed",
        "Two versions of the agreement or of a card are signed; coordinators have to settle it."},
    RefusalWords{
        Refusal::another_agreement, "another-agreement", "It was signed for another link."},
    RefusalWords{
        Refusal::another_network,
        "another-network",
        "It is written for another network than the one it comes from."},
    RefusalWords{
        Refusal::passport_outdated,
        "passport-outdated",
        "Its passport was signed before the agreement or the coordinators changed."},
    RefusalWords{
        Refusal::passport_not_signed,
        "passport-not-signed",
        "Too few coordinators of its network have signed that it may cross."},
    RefusalWords{
        Refusal::trail_forged, "trail-forged", "It did not come the way that it says it came."},
    RefusalWords{
        Refusal::not_passed_on,
        "not-passed-on",
        "The author or an agreement does not allow passing it on."},
    RefusalWords{
        Refusal::author_not_certified,
        "author-not-certified",
        "No key of the school that it names has written it."},
    RefusalWords{Refusal::head_not_signed, "head-not-signed", "Its school has not signed the log."},
    RefusalWords{
        Refusal::not_one_history,
        "not-one-history",
        "Its school and its network's coordinators have signed two different histories."},
    RefusalWords{
        Refusal::not_in_the_log, "not-in-the-log", "It is not what stands in its school's log."},
    RefusalWords{
        Refusal::body_altered, "body-altered", "Its words are not those that were published."},
    RefusalWords{
        Refusal::behind_the_cut,
        "behind-the-cut",
        "Its school or its key had ended before it was written."},
    RefusalWords{
        Refusal::after_the_end, "after-the-end", "The agreement had ended before it was written."},
    RefusalWords{Refusal::kind_not_agreed, "kind-not-agreed", "Records of this kind do not cross."},
    RefusalWords{
        Refusal::not_for_this_link, "not-for-this-link", "Its author has not named this link."},
    RefusalWords{
        Refusal::no_proof, "no-proof", "The proof that it names is not here, or does not hold."},
    RefusalWords{
        Refusal::carried_otherwise,
        "carried-otherwise",
        "The school that carries it says otherwise of its files or its document."},
    RefusalWords{Refusal::unreadable, "unreadable", "It cannot be read."},
    RefusalWords{
        Refusal::terms_replaced,
        "terms-replaced",
        "It crossed by the agreement of that day; the one in force does not let it cross."}};

constexpr auto refusals_in_order = [] {
    std::array<Refusal, refusal_words.size()> all{};
    std::ranges::transform(refusal_words, all.begin(), &RefusalWords::refusal);
    return all;
}();

const RefusalWords& words_of(Refusal refusal) {
    return *std::ranges::find(refusal_words, refusal, &RefusalWords::refusal);
}

} // namespace

std::string_view refusal_name(Refusal refusal) {
    return words_of(refusal).name;
}

std::string_view refusal_text(Refusal refusal) {
    return words_of(refusal).text;
}

std::span<const Refusal> all_refusals() {
    return refusals_in_order;
}

} // namespace staffroom::agreement
