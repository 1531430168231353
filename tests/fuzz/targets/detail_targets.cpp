// Texts of anybody before the pupil-detail check: whatever stands there, each finding names a line
// that the text has, and there are not more of them than a person can be shown.
#include "node/services/pupil_details/pupil_details.hpp"
#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

void pupil_detail_lines(ByteView input) {
    const std::string_view text = as_text(input);
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    const auto found = pupil_details::find_in_text(text);
    ensure(found.size() <= pupil_details::findings_max);
    std::size_t last = 0;
    for (const pupil_details::Finding& each : found) {
        ensure(each.line >= std::max(last, std::size_t{1}) && each.line <= lines);
        ensure(pupil_details::find_rule(each.rule->id) == each.rule);
        ensure(each.text.size() <= 303 && !each.words.empty());
        last = each.line;
    }
    for (const pupil_details::Finding& each : pupil_details::find_in_file_name(text))
        ensure(each.line == 0 && each.place == "file name");
}

std::vector<Bytes> pupil_details_seeds() {
    std::vector<Bytes> seeds;
    for (const std::string_view text :
         {"---\nauthors:\n  - Aisha Khan, Year 4\nsummary: Tom (7)\n---\nJayden M.\nin 4B\n",
          "Kofi, Zofia and Rhys worked; two pupils with EHCPs in Reception (n = 3)\n",
          "UPN A801200001001, ULN 1234567890, 943 476 5919, dob 12/3/2014, 07700 900123\n",
          "![Year 2 children](class-photo.jpg \"t\") <img alt=\"Aisha in 4B\"> "
          "[a](4B-class-list.ods)\n",
          "| Name | Class |\n|---|---|\n| Si\xc3\xb4n | Bl. 4 |\nMae Rhys ym Mlwyddyn 4\r\n",
          "a@b.example.org, 14 Mill Lane, LL57 2DG, <b>x</b>&nbsp;\xc2\xa0\xe2\x80\x99\n"}) {
        const std::string seed(text);
        seeds.push_back(to_bytes(as_view(seed)));
    }
    return seeds;
}

} // namespace

Targets detail_targets() {
    return {{"pupil_details", pupil_detail_lines, pupil_details_seeds}};
}

} // namespace staffroom::fuzz
