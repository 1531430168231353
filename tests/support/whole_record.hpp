// A record that lacks nothing for a network: the shortest there is, a quick tip. For tests that are
// about something else.
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

} // namespace staffroom::tests
