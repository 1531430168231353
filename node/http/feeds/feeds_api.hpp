// The handlers of the feeds: what is new of a network, a subject or an author, for a program that
// only knows an address. Defined in api_feeds.cpp.
//
// The attack: an address of a feed lies in a reader's list of feeds, in the log of a proxy, perhaps
// with a service elsewhere. So its token opens feeds and nothing else, ends like every token, and a
// feed has no draft and nothing that stays in the school.
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

void show_network_feed(const Services&, const Request&, const Respond&);
void show_subject_feed(const Services&, const Request&, const Respond&);
void show_author_feed(const Services&, const Request&, const Respond&);

} // namespace staffroom::http::api
