#include "cli/output/table.hpp"

#include "cli/output/code_point.hpp"
#include "cli/output/output.hpp"

#include <algorithm>
#include <numeric>

namespace staffroom::cli {

namespace {

constexpr std::string_view bold_begin = "\x1B[1m";
constexpr std::string_view bold_end = "\x1B[22m";
constexpr std::size_t column_gap = 2;
constexpr std::size_t short_id_min = 8;     // what every command takes for an id at the least
constexpr std::size_t two_lines_below = 60; // narrower, and columns of words say nothing
constexpr std::size_t text_columns_min = 14;
constexpr std::size_t detail_indent = 4; // of the lines below a row

bool is_text(const Column& column) {
    return column.shape == Shape::text || column.shape == Shape::title;
}

/// Returns the bytes of `text` from `place` on that fit into `columns`; at least one character.
std::size_t bytes_that_fit(std::string_view text, std::size_t place, std::size_t columns) {
    std::size_t used = 0;
    std::size_t end = place;
    while (end < text.size()) {
        const auto point = decode(text, end);
        const std::size_t bytes = point ? point->bytes : 1;
        used += display_width(text.substr(end, bytes));
        if (used > columns && end > place)
            break;
        end += bytes;
    }
    return end - place;
}

/// Leaves out so much of the beginning that the first mark is seen in `columns`.
void bring_into_view(std::string& text, std::vector<Mark>& marks, std::size_t columns) {
    constexpr std::size_t shown_before = 12;
    if (marks.empty() || marks.front().end < columns || marks.front().begin <= shown_before)
        return;
    const std::size_t skipped = marks.front().begin - shown_before;
    std::size_t place = 0;
    for (std::size_t i = 0; i < skipped && place < text.size(); ++i) {
        const auto point = decode(text, place);
        place += point ? point->bytes : 1;
    }
    text = "\xE2\x80\xA6" + text.substr(place);
    for (Mark& mark : marks) {
        mark.begin -= skipped - 1;
        mark.end -= skipped - 1;
    }
}

} // namespace

std::string cut_to(const std::string& text, std::size_t columns) {
    if (display_width(text) <= columns)
        return text;
    std::string out;
    std::size_t used = 0;
    for (std::size_t place = 0; place < text.size();) {
        const auto point = decode(text, place);
        const std::size_t bytes = point ? point->bytes : 1;
        const auto part = std::string_view(text).substr(place, bytes);
        const std::size_t width = display_width(part);
        if (used + width + 1 > columns)
            break;
        out += part;
        used += width;
        place += bytes;
    }
    return out + "\xE2\x80\xA6";
}

std::string marked(
    std::string_view text,
    const std::vector<Mark>& marks,
    std::string_view before,
    std::string_view after
) {
    std::string out;
    std::size_t code_point = 0;
    auto next = marks.begin();
    bool is_open = false;
    for (std::size_t place = 0; place < text.size(); ++code_point) {
        if (is_open && code_point == next->end) {
            out += after;
            is_open = false;
            ++next;
        }
        if (!is_open && next != marks.end() && code_point == next->begin) {
            out += before;
            is_open = true;
        }
        const auto point = decode(text, place);
        const std::size_t bytes = point ? point->bytes : 1;
        out += text.substr(place, bytes);
        place += bytes;
    }
    if (is_open)
        out += after;
    return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns)
        return {std::string(text)};
    std::vector<std::string> lines;
    std::string line;
    const auto put = [&](std::string_view word) {
        const std::size_t room = columns > display_width(line) ? columns - display_width(line) : 0;
        if (!line.empty() && display_width(word) + 1 > room) {
            lines.push_back(std::move(line));
            line.clear();
        }
        if (!line.empty())
            line += ' ';
        // A word that no line could hold is broken where the line ends.
        while (display_width(line) + display_width(word) > columns && !word.empty()) {
            const std::size_t bytes = bytes_that_fit(word, 0, std::max<std::size_t>(columns, 1));
            if (bytes == word.size())
                break;
            lines.push_back(line + std::string(word.substr(0, bytes)));
            line.clear();
            word.remove_prefix(bytes);
        }
        line += word;
    };
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        if (end > begin)
            put(text.substr(begin, end - begin));
        begin = end + 1;
    }
    if (!line.empty() || lines.empty())
        lines.push_back(std::move(line));
    return lines;
}

std::size_t short_id_length(const std::vector<std::string>& ids) {
    std::vector<std::string> sorted = ids;
    std::ranges::sort(sorted);
    sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
    std::size_t length = short_id_min;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const auto& before = sorted[i - 1];
        const auto differs = std::ranges::mismatch(before, sorted[i]).in1;
        length = std::max(length, static_cast<std::size_t>(differs - before.begin()) + 1);
    }
    return length;
}

Table::Table(std::vector<Column> columns)
    : columns_(std::move(columns)) {
    if (!columns_.empty() && std::ranges::none_of(columns_, is_text) &&
        columns_.back().shape == Shape::fact)
        columns_.back().shape = Shape::text;
}

void Table::add(std::vector<std::string> cells) {
    add(std::move(cells), {});
}

void Table::add(std::vector<std::string> cells, std::vector<Mark> marks) {
    cells.resize(columns_.size());
    for (auto& cell : cells)
        cell = printable(cell);
    rows_.push_back({std::move(cells), std::move(marks)});
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
    if (!terminal.is_terminal)
        return print_plain(out);
    const std::vector<Row> rows = shortened();
    const Layout how = layout(rows, terminal.columns);
    if (!how.is_two_lines) {
        Row names;
        for (const auto& column : columns_)
            names.cells.push_back(column.name);
        print_aligned(out, how, names);
    }
    for (const auto& row : rows) {
        if (how.is_two_lines)
            print_two_lines(out, row, terminal.columns);
        else
            print_aligned(out, how, row);
        print_detail(out, row, terminal);
    }
}

void Table::print_plain(std::ostream& out) const {
    for (const auto& row : rows_) {
        bool is_first = true;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].seen == Seen::on_terminal)
                continue;
            out << (is_first ? "" : "\t") << row.cells[i];
            is_first = false;
        }
        out << '\n';
    }
}

std::vector<Table::Row> Table::shortened() const {
    std::vector<Row> rows = rows_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].shape != Shape::id)
            continue;
        std::vector<std::string> ids;
        for (const auto& row : rows)
            ids.push_back(row.cells[i]);
        const std::size_t length = short_id_length(ids);
        for (auto& row : rows)
            row.cells[i] = row.cells[i].substr(0, length);
    }
    return rows;
}

Table::Layout Table::layout(const std::vector<Row>& rows, std::size_t columns) const {
    Layout out;
    std::size_t fixed = 0;
    std::vector<std::size_t> texts; // places in `shown`
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].seen == Seen::in_pipe || columns_[i].shape == Shape::detail)
            continue;
        std::size_t width = display_width(columns_[i].name);
        for (const auto& row : rows)
            width = std::max(width, display_width(row.cells[i]));
        if (is_text(columns_[i]))
            texts.push_back(out.shown.size());
        else
            fixed += width;
        out.shown.push_back(i);
        out.widths.push_back(width);
    }
    fixed += column_gap * (out.shown.size() - std::min<std::size_t>(out.shown.size(), 1));
    const std::size_t all =
        fixed + std::accumulate(
                    texts.begin(),
                    texts.end(),
                    std::size_t{0},
                    [&](std::size_t sum, std::size_t text) { return sum + out.widths[text]; }
                );
    if (columns == 0 || all <= columns)
        return out;
    // The narrow ones keep what they need; the others share what is left.
    std::ranges::sort(texts, {}, [&](std::size_t text) { return out.widths[text]; });
    std::size_t room = columns > fixed ? columns - fixed : 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::size_t& width = out.widths[texts[i]];
        const std::size_t share = room / (texts.size() - i);
        out.is_two_lines = out.is_two_lines || share < std::min(width, text_columns_min);
        width = std::min(width, share);
        room -= width;
    }
    out.is_two_lines = out.is_two_lines || columns < two_lines_below || texts.empty();
    return out;
}

void Table::print_aligned(std::ostream& out, const Layout& layout, const Row& row) const {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < layout.shown.size(); ++i) {
        cells.push_back(wrapped(row.cells[layout.shown[i]], layout.widths[i]));
        height = std::max(height, cells.back().size());
    }
    const bool is_last_marked =
        !row.marks.empty() && height == 1 && layout.shown.back() + 1 == columns_.size();
    for (std::size_t line = 0; line < height; ++line) {
        std::size_t skipped = 0; // spaces that nothing has followed yet
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string text = line < cells[i].size() ? cells[i][line] : std::string();
            if (!text.empty()) {
                out << std::string(skipped, ' ');
                const bool is_marked = is_last_marked && i + 1 == cells.size();
                out << (is_marked ? marked(text, row.marks, bold_begin, bold_end) : text);
                skipped = 0;
            }
            skipped +=
                column_gap + layout.widths[i] - std::min(layout.widths[i], display_width(text));
        }
        out << '\n';
    }
}

void Table::print_two_lines(std::ostream& out, const Row& row, std::size_t columns) const {
    std::string id;
    std::string title;
    std::string rest;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Column& column = columns_[i];
        if (column.seen == Seen::in_pipe || column.shape == Shape::detail || row.cells[i].empty())
            continue;
        if (column.shape == Shape::id)
            id = row.cells[i] + std::string(column_gap, ' ');
        else if (column.shape == Shape::title)
            title = row.cells[i];
        else
            rest += (rest.empty() ? "" : ", ") + row.cells[i];
    }
    if (title.empty())
        title.swap(rest);
    const std::string margin(detail_indent, ' ');
    const auto room = [&](std::size_t taken) {
        return columns > 2 * taken ? columns - taken : columns;
    };
    const auto lines = wrapped(title, room(std::max(id.size(), detail_indent)));
    for (const auto& line : lines)
        out << (&line == &lines.front() ? id : margin) << line << '\n';
    if (!rest.empty())
        for (const auto& line : wrapped(rest, room(detail_indent)))
            out << margin << line << '\n';
}

void Table::print_detail(std::ostream& out, const Row& row, const Terminal& terminal) const {
    if (columns_.empty() || columns_.back().shape != Shape::detail || row.cells.back().empty())
        return;
    const std::size_t columns = terminal.columns;
    std::string text = row.cells.back();
    std::vector<Mark> marks = row.marks;
    // Marks without colour are characters, and take their room.
    const std::size_t taken = detail_indent + (terminal.is_coloured ? 0 : 2 * marks.size());
    const std::size_t room = columns > 2 * taken ? columns - taken : columns;
    if (columns != 0)
        bring_into_view(text, marks, room);
    const std::string shown = columns == 0 ? text : cut_to(text, room);
    out << std::string(detail_indent, ' ')
        << (terminal.is_coloured ? marked(shown, marks, bold_begin, bold_end)
                                 : marked(shown, marks, "\xC2\xAB", "\xC2\xBB"))
        << '\n';
}

} // namespace staffroom::cli
