// The kinds of problem whose codes come first in the alphabet; the rest stand in problem_table,
// which puts both together. For that file only.
#pragma once

#include "node/http/problems/problem_types.hpp"

#include <array>

namespace staffroom::http {

inline constexpr std::array first_types{
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
    ProblemType{"certificate.binary", "Not PEM", "A certificate or a key is not in PEM."},
    ProblemType{
        "certificate.busy", "Being written", "Another certificate is being written just now."},
    ProblemType{
        "certificate.chain-order",
        "Chain out of order",
        "A certificate of a chain has not signed the one before it."},
    ProblemType{
        "certificate.expired", "Expired", "The certificate has expired by this machine's clock."},
    ProblemType{
        "certificate.files-named",
        "The settings name it",
        "The settings name the files of the certificate."},
    ProblemType{
        "certificate.key-locked", "Key with a passphrase", "The key is locked with a passphrase."},
    ProblemType{"certificate.no-https", "No HTTPS", "The node does not serve its page by HTTPS."},
    ProblemType{"certificate.no-key", "No key", "There is no private key in what was given."},
    ProblemType{
        "certificate.not-for-page", "For another use", "The certificate is not for a web server."},
    ProblemType{
        "certificate.not-kept",
        "Not written",
        "The certificate could not be written into the data folder."},
    ProblemType{
        "certificate.not-yet",
        "Not valid yet",
        "The certificate begins later by this machine's clock."},
    ProblemType{"certificate.other-key", "Another key", "The key does not fit the certificate."},
    ProblemType{"certificate.refused", "Not usable", "The certificate cannot be used for TLS."},
    ProblemType{
        "certificate.too-large",
        "Too large",
        "This is more than a certificate, its chain and a key."},
    ProblemType{
        "certificate.unreadable", "No certificate", "There is no certificate in what was given."},
    ProblemType{
        "certificate.weak-key", "Too weak", "Browsers refuse a key or a signature of this kind."},
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
    ProblemType{"link.unknown", "No such link", "No network of this school has this link."}};

} // namespace staffroom::http
