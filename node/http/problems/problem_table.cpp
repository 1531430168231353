#include "node/http/problems/problem_rows.hpp"
#include "node/http/problems/problem_types.hpp"

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

/// The known types. Stable: programs and bookmarks hold the codes. A new one is added, none is
/// renamed.
constexpr std::array other_types{
    ProblemType{
        "membership.already",
        "It is so already",
        "The school stands as it was to stand, or this school has said so before."},
    ProblemType{
        "membership.last-coordinator",
        "Nobody else coordinates",
        "A network without a coordinator could admit nobody and change nothing."},
    ProblemType{
        "membership.not-held",
        "More than is held here",
        "A proposal lets more records of a school count than this node holds."},
    ProblemType{
        "membership.not-in", "Not a member now", "The school is no member of the network now."},
    ProblemType{"membership.own-school", "Its own school", "A school cannot do this to itself."},
    ProblemType{
        "membership.unknown-admission",
        "No such admission in doubt",
        "Nothing of this id waits for a coordinator."},
    ProblemType{
        "membership.unknown-proposal",
        "No such proposal",
        "Nothing of this id waits for signatures."},
    ProblemType{
        "membership.unknown-school",
        "Never admitted",
        "The network has never admitted this school."},
    ProblemType{
        "neighbour.closed",
        "The other side hung up",
        "What answers at the address ended the connection."},
    ProblemType{
        "neighbour.name",
        "The name is not known",
        "The name in the address cannot be looked up from this machine."},
    ProblemType{
        "neighbour.published",
        "Published by its school",
        "The address was told by its school, so it is not this node's to remove."},
    ProblemType{"neighbour.self", "That is this node", "The address leads back to this node."},
    ProblemType{
        "neighbour.timed-out",
        "No answer in time",
        "What answers at the address did not speak as a node that knows this one, or too late."},
    ProblemType{
        "neighbour.trouble",
        "The other side did not keep to the rules",
        "What the other side sent could not be accepted."},
    ProblemType{"neighbour.unknown", "No such neighbour", "Nobody has added this address here."},
    ProblemType{"neighbour.unreachable", "Nobody answered", "Nobody answered at the address."},
    ProblemType{
        "network.not-a-member", "Not a member", "The school does not belong to the network."},
    ProblemType{
        "network.same-name",
        "A network of this name is here",
        "This school is in a network of this name already."},
    ProblemType{"node.busy", "Busy", "The node has too much to do at this moment."},
    ProblemType{
        "node.catching-up",
        "Not told of erasures yet",
        "The node came back from a backup and shows no record until its neighbours have told it "
        "what was erased since."},
    ProblemType{"node.no-answer", "No answer", "The node found no answer within an hour."},
    ProblemType{"node.starting", "Starting", "The node has just been started."},
    ProblemType{"node.stopping", "Stopping", "The node is about to end."},
    ProblemType{
        "record.changed",
        "Changed meanwhile",
        "Somebody revised the record after the state that the change builds on."},
    ProblemType{
        "record.circle", "A circle", "The record would be about itself, perhaps by way of others."},
    ProblemType{
        "record.in-house",
        "Not for the network",
        "What the record is about may not leave its school."},
    ProblemType{
        "record.incomplete",
        "Something is missing",
        "The record lacks what its kind asks for; `problems` names each."},
    ProblemType{
        "record.narrowed",
        "Others have it already",
        "A record that others have cannot be narrowed to fewer readers."},
    ProblemType{
        "record.not-yours", "Another school's record", "Only its own school may change a record."},
    ProblemType{
        "record.other-network",
        "Another network",
        "The record belongs to another network than the one that was named."},
    ProblemType{
        "record.other-writer",
        "A colleague's record",
        "Its holder, or a lead of the school, may change it."},
    ProblemType{
        "record.pupil-details",
        "A pupil may be told of",
        "Lines of the record may tell who a pupil is; `pupil_details` names each. It stays in the "
        "school until they are changed, or confirmed with a reason."},
    ProblemType{
        "record.reach",
        "Not for these readers",
        "The reach does not go with what else was asked for."},
    ProblemType{
        "record.reason", "No reason", "Taking back a record needs a reason that others can read."},
    ProblemType{
        "record.refused",
        "Refused by a rule",
        "The record breaks a rule of its kind; `problems` names each."},
    ProblemType{
        "record.same-text",
        "This text is here already",
        "A record of this school has this very text already."},
    ProblemType{
        "record.share-alike",
        "Another licence is needed",
        "What the record builds on may be shared under its own licence only."},
    ProblemType{
        "record.state",
        "Not in this state",
        "A record is taken back once, and shown again only after that."},
    ProblemType{"record.superseded", "Replaced", "Another record stands in place of this one."},
    ProblemType{
        "record.target-draft", "About a draft", "What the record is about is a draft itself."},
    ProblemType{
        "record.target-kind",
        "Not about such a record",
        "A record of this kind cannot be about what was named."},
    ProblemType{
        "record.target-missing",
        "Not here",
        "What the record is about is not here, so it cannot be checked."},
    ProblemType{
        "record.two-versions",
        "Versions side by side",
        "Two people revised the record at once, and nobody has joined their texts yet."},
    ProblemType{
        "record.unlike",
        "Another document",
        "The file shares nothing with the record that it would replace."},
    ProblemType{
        "record.unreadable-text",
        "Text is not readable",
        "The text is no UTF-8, or holds a NUL character."},
    ProblemType{
        "request.answer-gone",
        "Carried out already",
        "The request was carried out; its answer was too large to keep for a second time."},
    ProblemType{
        "request.bad", "Bad request", "The request is readable HTTP and not what this API takes."},
    ProblemType{
        "request.body-type",
        "Another type is needed",
        "The body is of a media type or coding that this address does not read (415)."},
    ProblemType{
        "request.csrf",
        "Not sent by the page",
        "A change by cookie has to carry the header Staffroom-CSRF of its session (403)."},
    ProblemType{
        "request.expectation",
        "Expectation not met",
        "The only expectation that is met is 100-continue (417)."},
    ProblemType{"request.header-too-large", "Header too large", "The header is over 16 KiB (431)."},
    ProblemType{
        "request.host",
        "Another name",
        "The node was asked under a name that is not its own (421)."},
    ProblemType{
        "request.https", "HTTPS is spoken here", "Plain HTTP came to the port of HTTPS (400)."},
    ProblemType{
        "request.in-progress",
        "Still under way",
        "The first request with this Idempotency-Key has no answer yet."},
    ProblemType{
        "request.key-malformed", "Bad key", "An Idempotency-Key has 1 to 200 visible characters."},
    ProblemType{
        "request.key-reused",
        "Key used for something else",
        "Another request was sent with this Idempotency-Key."},
    ProblemType{
        "request.method",
        "Wrong method",
        "The address does not answer to this method; `Allow` has those that it does (405)."},
    ProblemType{
        "request.method-unknown",
        "Unknown method",
        "No address of this node answers to this method (501)."},
    ProblemType{
        "request.no-if-match",
        "State missing",
        "A change has to say which state of the record it builds on (428)."},
    ProblemType{
        "request.no-match",
        "Not the state that is here",
        "None of the tags in If-Match is that of the record as it is now (412)."},
    ProblemType{
        "request.not-acceptable",
        "No such form",
        "The answer has no form that `Accept` allows (406)."},
    ProblemType{"request.not-found", "Not found", "There is nothing at this address."},
    ProblemType{
        "request.origin",
        "Another place",
        "A page of another place may not change anything here (403)."},
    ProblemType{
        "request.role", "For another role", "The role of this person does not include this (403)."},
    ProblemType{
        "request.scope", "Outside the token's scope", "The token may not be used for this (403)."},
    ProblemType{"request.target-too-long", "Address too long", "The address is over 16 KiB (414)."},
    ProblemType{
        "request.token",
        "Not signed in",
        "Over TCP this needs somebody who is signed in, or a token (401)."},
    ProblemType{
        "request.transfer-coding",
        "Unknown transfer coding",
        "The only transfer coding that is read is chunked (501)."},
    ProblemType{"request.unreadable", "Not understood", "What arrived is no HTTP/1.1."},
    ProblemType{
        "request.version", "Another HTTP", "The node speaks HTTP/1.1 and nothing newer (505)."},
    ProblemType{
        "rule.refused",
        "Refused by a rule",
        "A rule of the network or of the record refuses this."},
    ProblemType{
        "search.rebuilding",
        "The index is being made",
        "Words cannot be looked up until the index has been made anew."},
    ProblemType{
        "session.link-spent",
        "The link has been used",
        "A one-time link works once, and only for some days (410)."},
    ProblemType{
        "session.throttled",
        "Too many tries",
        "There were too many wrong passwords; `Retry-After` says how long to wait (429)."},
    ProblemType{
        "session.wrong", "Not signed in", "Name and password do not belong together (401)."},
    ProblemType{"settings.file-only", "Set in the file", "staffroom.toml alone changes it."},
    ProblemType{"settings.fixed", "Decided elsewhere", "A file or the environment says it."},
    ProblemType{"settings.unknown", "No such setting", "The node has none of this name."},
    ProblemType{"settings.value", "Out of bounds", "The page has narrower ones than the file."},
    ProblemType{
        "setup.code", "Not the code", "What was typed is not the code that the node shows (403)."},
    ProblemType{"setup.done", "Done already", "This step of setting up the node is done already."},
    ProblemType{
        "setup.phrase",
        "The phrase is not checked",
        "The words that were asked for are not those of the phrase."},
    ProblemType{"store.damaged", "Damaged data", "Stored data does not pass its check."},
    ProblemType{"store.disk-full", "The disk is full", "There is no space left on the disk."},
    ProblemType{"store.failing", "Writing fails", "The last write to the disk failed."},
    ProblemType{"store.in-use", "In use", "Another process uses the data folder."},
    ProblemType{"store.io-error", "The disk refused", "Reading or writing the data folder failed."},
    ProblemType{
        "text.changed", "Saved meanwhile", "Another window has saved the text since (412)."},
    ProblemType{
        "version.newer", "Newer version", "This was written by a newer version of Staffroom."}};

constexpr auto known_types = [] {
    std::array<ProblemType, first_types.size() + other_types.size()> all{};
    std::ranges::copy(other_types, std::ranges::copy(first_types, all.begin()).out);
    return all;
}();

static_assert(std::ranges::is_sorted(known_types, {}, &ProblemType::code));

} // namespace

std::span<const ProblemType> problem_types() {
    return known_types;
}

} // namespace staffroom::http
