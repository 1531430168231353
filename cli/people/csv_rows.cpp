#include "cli/people/csv_rows.hpp"

#include <csv.h>

#include <algorithm>
#include <array>

namespace staffroom::cli {

namespace {

/// Gathers rows from the calls of libcsv, which gets one line after the other, so that the line on
/// which a row begins is known.
class RowReader {
public:
    explicit RowReader(char separator) {
        constexpr unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL;
        is_ready_ = csv_init(&parser_, options) == 0;
        csv_set_delim(&parser_, static_cast<unsigned char>(separator));
        // A tab between two cells is no space around one.
        csv_set_space_func(&parser_, [](unsigned char c) { return c == ' ' ? 1 : 0; });
    }
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;
    RowReader(RowReader&&) = delete;
    RowReader& operator=(RowReader&&) = delete;
    ~RowReader() { csv_free(&parser_); }

    [[nodiscard]] Result<void> take_line(std::string_view line) {
        ++line_;
        // libcsv says nothing of an empty line between two rows.
        if (!is_in_row_ && line.find_first_not_of(" \r\n") != std::string_view::npos) {
            row_line_ = line_;
            is_in_row_ = true;
        }
        const std::size_t taken =
            is_ready_ ? csv_parse(&parser_, line.data(), line.size(), on_cell, on_row, this) : 0;
        return taken == line.size() ? check_size() : fail_at(row_line_);
    }
    [[nodiscard]] Result<void> end() {
        return csv_fini(&parser_, on_cell, on_row, this) == 0 ? check_size() : fail_at(row_line_);
    }
    [[nodiscard]] std::vector<CsvRow> take() { return std::move(rows_); }

private:
    static void on_cell(void* bytes, std::size_t size, void* self) {
        auto& reader = *static_cast<RowReader*>(self);
        if (reader.cells_.size() <= csv_cells_max)
            reader.cells_.emplace_back(static_cast<const char*>(bytes), size);
    }
    static void on_row(int, void* self) {
        auto& reader = *static_cast<RowReader*>(self);
        reader.is_in_row_ = false;
        reader.is_too_wide_ = reader.is_too_wide_ || reader.cells_.size() > csv_cells_max;
        const bool is_empty = std::ranges::all_of(reader.cells_, &std::string::empty);
        if (!is_empty && reader.rows_.size() <= csv_rows_max)
            reader.rows_.push_back({reader.row_line_, std::move(reader.cells_)});
        reader.cells_.clear();
    }
    [[nodiscard]] Result<void> check_size() {
        if (rows_.size() > csv_rows_max)
            return fail(
                Errc::too_large, "The file has more than " + std::to_string(csv_rows_max) + " rows."
            );
        if (is_too_wide_)
            return fail(
                Errc::too_large,
                "Line " + std::to_string(row_line_) + " has more than " +
                    std::to_string(csv_cells_max) + " cells."
            );
        return {};
    }
    static Result<void> fail_at(std::size_t line) {
        return fail(
            Errc::malformed,
            "From line " + std::to_string(line) +
                " on a quotation mark is not closed, or stands inside a cell."
        );
    }

    csv_parser parser_{};
    bool is_ready_ = false;
    bool is_in_row_ = false;
    bool is_too_wide_ = false;
    std::size_t line_ = 0;
    std::size_t row_line_ = 0;
    std::vector<std::string> cells_{};
    std::vector<CsvRow> rows_{};
};

/// Returns the first line with its end, which is CRLF, LF or, of old machines, CR.
std::string_view first_line(std::string_view text) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos)
        return text;
    return text.substr(0, text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
}

} // namespace

Result<std::vector<CsvRow>> read_csv_rows(std::string_view text, char separator) {
    RowReader reader(separator);
    while (!text.empty()) {
        const std::string_view line = first_line(text);
        text.remove_prefix(line.size());
        if (auto taken = reader.take_line(line); !taken)
            return fail(taken.error());
    }
    if (auto ended = reader.end(); !ended)
        return fail(ended.error());
    return reader.take();
}

char csv_separator(std::string_view text) {
    constexpr std::array separators{',', ';', '\t'};
    std::array<std::size_t, separators.size()> counts{};
    bool is_quoted = false;
    for (const char letter : first_line(text)) {
        is_quoted = is_quoted != (letter == '"');
        for (std::size_t i = 0; i < separators.size(); ++i)
            counts[i] += !is_quoted && letter == separators[i] ? 1U : 0U;
    }
    return separators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

} // namespace staffroom::cli
