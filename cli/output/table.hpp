// Rows of facts, as wide as the terminal: ids short, titles whole, one record in two lines where
// there is no room for one. In a pipe the rows are tab-separated lines with whole ids. Called by
// every command that lists.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

struct Terminal {
    bool is_terminal = false;
    std::size_t columns = 0;  // 0: no limit
    bool is_coloured = false; // whether escape sequences for colour may be written
};

/// The code points [begin, end) of a text that are to stand out.
struct Mark {
    std::size_t begin;
    std::size_t end;
};

/// Returns the text with `before` and `after` around each mark; marks stand in order and apart.
[[nodiscard]] std::string marked(
    std::string_view text,
    const std::vector<Mark>& marks,
    std::string_view before,
    std::string_view after
);

/// Returns as much of a printable text as fits into `columns`, with an ellipsis where something was
/// cut.
[[nodiscard]] std::string cut_to(const std::string& text, std::size_t columns);

/// Returns a printable text as lines of at most `columns`, between words where that can be done.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// Returns how many characters of each id tell all of them apart; never fewer than a command takes.
[[nodiscard]] std::size_t short_id_length(const std::vector<std::string>& ids);

/// The shape of a column where there is too little room.
enum class Shape {
    id,     // always short on a terminal: as many characters as tell the rows apart
    fact,   // stays whole in its line
    text,   // goes on below, in its own column
    title,  // the same; in two-line rows it stands in the first
    detail, // below its row, cut to the width
};

enum class Seen { everywhere, on_terminal, in_pipe };

struct Column {
    std::string name;
    Shape shape;
    Seen seen;

    // `{"ID", "TITLE"}` is meant to read as two columns.
    // NOLINTNEXTLINE(google-explicit-constructor)
    Column(const char* text, Shape how = Shape::fact, Seen where = Seen::everywhere)
        : name(text)
        , shape(how)
        , seen(where) {}
};

class Table {
public:
    /// Makes a table. Where no column is a text, the last one is.
    explicit Table(std::vector<Column> columns);
    /// Adds a row: as many cells as there are columns; they are made printable here.
    void add(std::vector<std::string> cells);
    /// Adds a row with marks in the last cell: bold where there is colour, in guillemets on a
    /// terminal without, nothing in a pipe.
    void add(std::vector<std::string> cells, std::vector<Mark> marks);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    void print(std::ostream& out, const Terminal& terminal) const;

private:
    struct Row {
        std::vector<std::string> cells;
        std::vector<Mark> marks;
    };
    struct Layout {
        std::vector<std::size_t> shown; // columns, in order, without the detail
        std::vector<std::size_t> widths;
        bool is_two_lines = false;
    };

    void print_plain(std::ostream& out) const;
    [[nodiscard]] std::vector<Row> shortened() const;
    [[nodiscard]] Layout layout(const std::vector<Row>& rows, std::size_t columns) const;
    void print_aligned(std::ostream& out, const Layout& layout, const Row& row) const;
    void print_two_lines(std::ostream& out, const Row& row, std::size_t columns) const;
    void print_detail(std::ostream& out, const Row& row, const Terminal& terminal) const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

} // namespace staffroom::cli
