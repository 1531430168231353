// The handlers of the API for records and their files, one for each row of the router's table.
// Thin, as those of api.hpp. Defined in the api_*.cpp beside it.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

/// Numbers of the contract.
inline constexpr std::size_t batch_records_max = 256;
inline constexpr std::size_t asked_again_max = 1024;
inline constexpr std::size_t file_call_bytes_max = std::size_t{1} << 20U;

void list_kinds(const Services&, const Request&, const Respond&);
void list_records(const Services&, const Request&, const Respond&);
void show_record(const Services&, const Request&, const Respond&);
void export_record(const Services&, const Request&, const Respond&);
void publish_record(const Services&, const Request&, const Respond&);
void publish_batch(const Services&, const Request&, const Respond&);
void check_text(const Services&, const Request&, const Respond&);
void find_written(const Services&, const Request&, const Respond&);

void revise_record(const Services&, const Request&, const Respond&);
void retract_record(const Services&, const Request&, const Respond&);
void show_history(const Services&, const Request&, const Respond&);

void show_lineage(const Services&, const Request&, const Respond&);
void show_inbox(const Services&, const Request&, const Respond&);
void report_adoptions(const Services&, const Request&, const Respond&);
/// Marks are pairs [begin, end) of code points in the snippet.
void search(const Services&, const Request&, const Respond&);
void show_file(const Services&, const Request&, const Respond&);
void add_file(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
