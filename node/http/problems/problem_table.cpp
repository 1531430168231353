#include "node/http/problems/problem_types.hpp"

#include <algorithm>
#include <array>

namespace staffroom::http {
namespace {

/// The known types. Stable: programs and bookmarks hold the codes. A new one is added, none is
/// renamed.
constexpr std::array known_types{
    ProblemType{"already-exists", "Here already", "What was to be made is here already."},
    ProblemType{
        "backup.folder",
        "No such folder",
        "The node cannot write in the folder that was named for backups, or finds none of those "
        "there that it has made."},
    ProblemType{
        "backup.full", "No room for the backup", "The disk where backups go has no room left."},
    ProblemType{
        "backup.inside",
        "Inside the data folder",
        "The folder that was named for backups lies in the data folder."},
    ProblemType{"backup.newer", "Of a newer version", "A newer version made these backups."},
    ProblemType{
        "backup.no-folder", "No folder named", "Neither the call nor the settings name a folder."},
    ProblemType{
        "backup.other-content",
        "Something else is there",
        "The folder that was named for backups holds something else."},
    ProblemType{
        "backup.other-school",
        "Another school's backups",
        "The folder holds the backups of another school."},
    ProblemType{"backup.running", "A backup is being made", "One backup is made at a time."},
    ProblemType{"backup.settled", "Nothing to settle", "The node waits for no neighbour."},
    ProblemType{
        "charter.signed", "Signed already", "The school has signed this charter of the network."},
    ProblemType{
        "configuration.bad",
        "Settings cannot be used",
        "A setting of staffroom.toml, of the environment or of an option cannot be used."},
    ProblemType{
        "disk.full", "The disk is full", "Nothing more can be written until space is freed."},
    ProblemType{
        "disk.low",
        "Little space left",
        "The disk has less free space than node.disk_floor_mb asks for."},
    ProblemType{"erasure.ambiguous", "Several orders begin like this", "More of the id is needed."},
    ProblemType{
        "erasure.draft",
        "Only here",
        "The record has not left the school, so it is deleted here and not ordered to go "
        "elsewhere."},
    ProblemType{
        "erasure.not-yours",
        "Another school's record",
        "A school orders that its own records go, and nobody else's."},
    ProblemType{
        "erasure.nothing",
        "Nothing there",
        "No entry of the school stands behind that place of its logs."},
    ProblemType{"erasure.ordered", "Ordered already", "All of it has been ordered to go already."},
    ProblemType{
        "erasure.own",
        "This school's record",
        "A school refuses the records of others; its own it erases."},
    ProblemType{
        "erasure.read-by-colleagues",
        "Not a draft",
        "Colleagues read the record, so only a lead of the school deletes it."},
    ProblemType{
        "erasure.shared", "No draft", "The record has left the school, so others have it as well."},
    ProblemType{"erasure.unknown", "No such order", "No order to erase has this id or names it."},
    ProblemType{
        "events.too-many",
        "Too many listeners",
        "As many programs as the node allows listen to its events already."},
    ProblemType{
        "file.not-here",
        "Not here yet",
        "A record names the file, and its bytes have not arrived from another school yet."},
    ProblemType{
        "file.other-content",
        "Other content",
        "The bytes that were sent are not those that the hash in the address names."},
    ProblemType{
        "id.ambiguous",
        "Several things begin like this",
        "Several ids begin with what was typed, so more characters are needed."},
    ProblemType{"id.not-found", "Not found", "Nothing here has this id or name."},
    ProblemType{"input.invalid", "Input cannot be used", "A value that was sent cannot be used."},
    ProblemType{
        "input.unknown-value", "Unknown value", "A value is not one of those that are known."},
    ProblemType{
        "internal",
        "Failed",
        "Something went wrong inside the node. Its log has more, under the request's id."},
    ProblemType{
        "invitation.ambiguous",
        "Several invitations begin like this",
        "More characters of its id are needed."},
    ProblemType{
        "invitation.ended", "The code has ended", "The invitation has passed its last hour."},
    ProblemType{"invitation.malformed", "Not a code", "What was typed has not the form of a code."},
    ProblemType{"invitation.mistyped", "The code is mistyped", "A symbol or two are wrong."},
    ProblemType{"invitation.other-network", "Another network", "The code is for another one."},
    ProblemType{"invitation.spent", "The code has been used", "Each invitation works once."},
    ProblemType{
        "invitation.unknown",
        "No such invitation",
        "No invitation of these networks begins like this."},
    ProblemType{"limit.too-large", "Too large", "It is larger than this version takes."},
    ProblemType{"limit.too-many", "Too many", "As many as this version takes are here already."},
    ProblemType{"link.accepted", "Not open", "The code has been accepted: it made a link."},
    ProblemType{"link.ambiguous", "Several links have this name", "More of a link's id is needed."},
    ProblemType{"link.closed", "Nothing crosses", "The link has ended, is over or is disputed."},
    ProblemType{
        "link.code-ended", "The code has ended", "It is too old, or a coordinator has ended it."},
    ProblemType{"link.code-kind", "No code for a link", "The code lets a school into a network."},
    ProblemType{"link.code-spent", "The code has been used", "Each code makes one link."},
    ProblemType{
        "link.code-unknown", "No such code there", "What answers there knows no such code."},
    ProblemType{"link.ended", "Not open", "The link, or the code for one, has ended already."},
    ProblemType{
        "link.kind", "This kind does not cross", "The networks have agreed on other kinds."},
    ProblemType{
        "link.offer-changed",
        "Another agreement now",
        "Something else was shown; nothing is signed."},
    ProblemType{"link.own-network", "The same network", "A link joins two networks."},
    ProblemType{"link.pass-on", "Not so far", "They agreed on less far, or on not at all."},
    ProblemType{"link.terms-changed", "Other terms now", "Others were shown; nothing is signed."},
    ProblemType{"link.unknown", "No such link", "No network of this school has this link."},
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

static_assert(std::ranges::is_sorted(known_types, {}, &ProblemType::code));

} // namespace

std::span<const ProblemType> problem_types() {
    return known_types;
}

} // namespace staffroom::http
