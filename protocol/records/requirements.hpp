// The check that a record has what its kind asks for at its reach: the "required" columns of the
// domain. Not here: what each kind asks for (records/kind_facts), and the check of values that are
// there (records/rules). Called by the rules and by the forms. [R5]
#pragma once

#include "protocol/records/kind_facts.hpp"
#include "protocol/records/rules.hpp"

namespace staffroom::records {

[[nodiscard]] bool is_met(const When& when, const RecordBody& body);
/// Appends a problem for everything that is absent. A draft may lack anything but its target.
void append_absent(std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts);
/// Appends what is asked only of a record that is about one of another network, where it is absent.
/// By itself, since a file says nothing of what it is about.
void append_absent_across(
    std::vector<Problem>& out, const RecordBody& body, const RecordFacts& facts
);

} // namespace staffroom::records
