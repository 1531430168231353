#include "node/services/publishing/brought_files.hpp"

#include "node/services/publishing/import_guard.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

bool has_file(const records::RecordBody& body, const Bytes& hash) {
    return std::ranges::find(body.attachments, hash, &records::Attachment::content_hash) !=
           body.attachments.end();
}

} // namespace

bool brings_files(
    const LibraryView& library,
    const std::optional<RecordRow>& before,
    const RecordRequest& request,
    const ReadRecord& read
) {
    if (!before || before->life != LifeState::active)
        return false;
    const auto body = library.words(before->revision);
    if (!body || !has_same_bytes(*body, request))
        return false;
    return std::ranges::any_of(read.body.attachments, [&](const records::Attachment& file) {
        return !file.content_hash.empty() &&
               std::ranges::none_of(body->attachments, [&](const records::Attachment& held) {
                   return held.name == file.name && held.content_hash == file.content_hash;
               });
    });
}

void keep_files(const records::RecordBody& body, ReadRecord& read) {
    for (const records::Attachment& held : body.attachments) {
        if (std::erase(read.not_brought, held.name) == 0 || held.content_hash.empty())
            continue;
        read.body.attachments.push_back(held);
        std::erase(read.notes, not_attached_sentence(held.name));
    }
}

void drop_named_hashes(
    const LibraryView& library,
    const std::optional<RevisionId>& before,
    const RecordRequest& request,
    ReadRecord& read
) {
    if (!read.is_exported)
        return;
    const auto held =
        before ? library.words(*before) : Result<records::RecordBody>(fail(Errc::not_found));
    for (records::Attachment& file : read.body.attachments) {
        const bool is_brought =
            std::ranges::any_of(request.attachments, [&](const RequestedAttachment& given) {
                return !given.content_hash.empty() &&
                       given.content_hash == to_base32(file.content_hash);
            });
        if (file.content_hash.empty() || is_brought || (held && has_file(*held, file.content_hash)))
            continue;
        file.content_hash.clear();
        file.size = 0;
        read.notes.push_back(
            "The file " + file.name +
            " did not come along with the exported text; only its name is kept."
        );
    }
}

} // namespace staffroom::services
