// What each kind asks for at each reach, and whether a record has it: the "required" columns of the
// domain as tables. Not here: the check of values that are there (records/rules, its only caller).
// [R5]
#pragma once

#include "protocol/records/rules.hpp"

namespace staffroom::records {

/// Appends what is absent. A draft may lack anything but its target.
void append_absent(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts);

} // namespace staffroom::records
