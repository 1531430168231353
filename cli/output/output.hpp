// How results reach a person or a script: aligned tables on a terminal, tab-separated lines in a
// pipe, JSON on request. Nothing that comes from data can steer a terminal. Knows no command and no
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

/// One line: control characters, escape sequences, characters that reverse the line's direction and
/// bytes that are not UTF-8 become U+FFFD; line ends and tabs become a space.
[[nodiscard]] std::string printable(std::string_view text);

/// As `printable`, but line ends (CRLF as LF) and tabs stay.
[[nodiscard]] std::string printable_block(std::string_view text);

/// JSON on one line, the same harmful characters written as JSON escapes, so that the document is
/// the same.
[[nodiscard]] std::string json_line(const boost::json::value& value);

/// Columns that `text` takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// 1.5 MiB, 12 KiB, 300 bytes.
[[nodiscard]] std::string readable_bytes(std::uint64_t bytes);

/// "3 records", "1 record".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// How a word is coloured. The word says the same without its colour.
enum class Tone { good, bad, notice };

/// Where a command writes: results to `out`, talk to `err`.
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
    /// Whether any part of a result has been written.
    [[nodiscard]] bool has_printed() const { return has_printed_; }

    /// One JSON document, on a line of its own.
    void document(const boost::json::value& value);
    /// A line of the result; made printable.
    void line(std::string_view text);
    /// A line that begins with `word`, coloured where that is wanted; both made printable.
    void verdict(Tone tone, std::string_view word, std::string_view text);
    /// A text of several lines, e.g. a record's; made printable.
    void block(std::string_view text);
    void table(const Table& table);
    /// A line beside the result, on stderr; made printable.
    void say(std::string_view text);
    /// Lets the reader see what was written so far: for commands that go on.
    void flush() { out_.flush(); }
    /// Raw access for progress, which draws over its own line.
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
