// A list of staff as an office exports it: who is to have an account, and what is wrong, row by
// row. Pure. Called by `users import`, and by the fuzzer. Not here: who has an account already,
// which the node knows.
#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

struct StaffRow {
    std::size_t line; // of the file, from 1
    std::string name;
    std::string role;  // teacher, lead or technician
    std::string until; // a day as 2027-07-31; empty: no end
};

struct StaffProblem {
    std::size_t line;
    std::string column; // as its header says it; empty: of the whole row
    std::string sentence;
};

struct StaffList {
    std::vector<StaffRow> rows;         // that can be used
    std::vector<StaffProblem> problems; // of the others, in the order of the file
    std::vector<std::string> unused;    // headers of columns that nothing is taken from
};

/// Reads a list with a header: name (or first name and surname), role and, if wanted, until. The
/// separator is found out. `today` is a day as 2026-11-30. Errors: invalid_input and those of
/// read_csv_rows; the detail is a sentence.
[[nodiscard]] Result<StaffList> parse_staff_list(std::string_view text, const std::string& today);

} // namespace staffroom::cli
