// The output of results to a person or a script: aligned tables on a terminal, tab-separated lines
// in a pipe, JSON on request. A record of another school could hold escape sequences that steer the
// reader's terminal, so nothing that comes from data reaches it unchecked. Knows no command and no
// network.
#pragma once

#include "cli/output/table.hpp"

#include <boost/json/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

/// Makes one printable line: control characters, escape sequences, characters that reverse the
/// line's direction and bytes that are not UTF-8 become U+FFFD; line ends and tabs become a space.
[[nodiscard]] std::string printable(std::string_view text);

/// Does the same as `printable`, but line ends (CRLF as LF) and tabs stay.
[[nodiscard]] std::string printable_block(std::string_view text);

/// Writes JSON on one line, the same harmful characters as JSON escapes, so that the document is
/// the same.
[[nodiscard]] std::string json_line(const boost::json::value& value);

/// Returns the columns that `text` takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Formats bytes as 1.5 MiB, 12 KiB, 300 bytes.
[[nodiscard]] std::string readable_bytes(std::uint64_t bytes);

/// Returns "3 records", "1 record".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// The colour of a word. The word says the same without its colour.
enum class Tone { good, bad, notice };

/// The streams of a command: results go to `out`, talk to `err`.
class Output {
public:
    Output(
        std::ostream& out,
        std::ostream& err,
        bool json,
        Terminal out_terminal,
        Terminal err_terminal
    );

    [[nodiscard]] bool json() const { return json_; }
    [[nodiscard]] const Terminal& out_terminal() const { return out_terminal_; }
    [[nodiscard]] const Terminal& err_terminal() const { return err_terminal_; }
    /// Tells whether any part of a result has been written.
    [[nodiscard]] bool has_printed() const { return has_printed_; }

    /// Writes one JSON document, on a line of its own.
    void document(const boost::json::value& value);
    /// Writes a line of the result; made printable.
    void line(std::string_view text);
    /// Writes a line that begins with `word`, coloured where that is wanted; both made printable.
    void verdict(Tone tone, std::string_view word, std::string_view text);
    /// Writes a text of several lines, e.g. a record's; made printable.
    void block(std::string_view text);
    void table(const Table& table);
    /// Writes a line beside the result, on stderr; made printable.
    void say(std::string_view text);
    /// Lets the reader see what was written so far: for commands that go on.
    void flush() { out_.flush(); }
    /// Gives raw access for progress, which draws over its own line.
    [[nodiscard]] std::ostream& err() { return err_; }

private:
    std::ostream& out_;
    std::ostream& err_;
    bool json_;
    Terminal out_terminal_;
    Terminal err_terminal_;
    bool has_printed_ = false;
};

} // namespace staffroom::cli
