// The handlers of the API for who is here: sessions, people, tokens, unfinished texts, the first
// start. One for each row of the table of routes; thin. Defined in the api_*.cpp beside it.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void sign_in(const Services&, const Request&, const Respond&);
void show_session(const Services&, const Request&, const Respond&);
void sign_out(const Services&, const Request&, const Respond&);
void sign_out_everywhere(const Services&, const Request&, const Respond&);
void redeem_link(const Services&, const Request&, const Respond&);
void change_password(const Services&, const Request&, const Respond&);

void list_people(const Services&, const Request&, const Respond&);
void invite_person(const Services&, const Request&, const Respond&);
void give_role(const Services&, const Request&, const Respond&);
void reset_person(const Services&, const Request&, const Respond&);
void close_account(const Services&, const Request&, const Respond&);
void list_sessions(const Services&, const Request&, const Respond&);
void end_sessions(const Services&, const Request&, const Respond&);

void list_tokens(const Services&, const Request&, const Respond&);
void add_token(const Services&, const Request&, const Respond&);
void end_token(const Services&, const Request&, const Respond&);

void list_texts(const Services&, const Request&, const Respond&);
void show_text(const Services&, const Request&, const Respond&);
void save_text(const Services&, const Request&, const Respond&);
void remove_text(const Services&, const Request&, const Respond&);
/// Of somebody who has left: how many, never what.
void count_texts(const Services&, const Request&, const Respond&);
void remove_texts(const Services&, const Request&, const Respond&);

void show_setup(const Services&, const Request&, const Respond&);
void begin_setup(const Services&, const Request&, const Respond&);
void show_setup_code(const Services&, const Request&, const Respond&);
void name_school(const Services&, const Request&, const Respond&);
void check_phrase(const Services&, const Request&, const Respond&);
void add_first_account(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
