// The rows of a CSV file as a spreadsheet writes it (RFC 4180 with any separator), read by libcsv.
// Bounded, because the file may be anything; the only user of libcsv. Called by staff_list.
#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

inline constexpr std::size_t csv_rows_max = 5000;
inline constexpr std::size_t csv_cells_max = 64; // of one row

struct CsvRow {
    std::size_t line; // in the file, from 1, where the row begins
    std::vector<std::string> cells;
};

/// Reads the rows that are not empty; spaces around a cell go. Errors: malformed (a quotation mark
/// that is not closed, or stands inside a cell), too_large; the detail is a sentence with the line.
[[nodiscard]] Result<std::vector<CsvRow>> read_csv_rows(std::string_view text, char separator);

/// Returns the separator of a file by its first line: the most frequent of comma, semicolon and
/// tab outside quotation marks.
[[nodiscard]] char csv_separator(std::string_view text);

} // namespace staffroom::cli
