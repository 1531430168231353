// Records that lack nothing for a network, as short as there are. For tests that are about
// something else.
#pragma once

#include <string>

namespace staffroom::tests {

/// Front matter with everything that network reach asks for, then `text` as it is.
inline std::string quick_tip(const std::string& title, const std::string& text = "Words.\n") {
    return "---\ntitle: \"" + title +
           "\"\nform: quick-tip\nlicence: CC-BY-4.0\nphase: primary\nfocus: reading\n"
           "authors: [A. Teacher]\nwhat-we-do: Cards at the door.\nwhere-it-worked: Year 4.\n"
           "what-to-watch: The queue.\n---\n" +
           text;
}

/// The same file with one more line of front matter, such as "depth: deep".
inline std::string with_line(std::string file, const std::string& line) {
    return file.insert(4, line + "\n");
}

/// A review note; what it reviews is named by the request.
inline std::string whole_review(const std::string& title = "A review") {
    return "---\ntitle: \"" + title +
           "\"\nkind: peer-review-note\nlicence: CC-BY-4.0\nauthors: [B. Visitor]\n"
           "relation: peer\nprotocol: short-note\nclear-enough-to-try: partly\nevidence-seen: 2\n"
           "evidence-reason: Two counts.\nwould-it-travel: not-sure\nwhat-went-well: The cards.\n"
           "---\nWords.\n";
}

/// An adoption; what was tried is named by the request.
inline std::string
whole_adoption(const std::string& title = "We tried it", const std::string& outcome = "mixed") {
    return "---\ntitle: \"" + title +
           "\"\nkind: adoption\nlicence: CC-BY-4.0\nauthors: [C. Colleague]\n"
           "context-place: A village.\nstage: finished\nmode: from\nkept: The cards.\n"
           "changed: The door.\nwhat-happened: It was quiet.\noutcome: " +
           outcome + "\n---\nWords.\n";
}

} // namespace staffroom::tests
