#include "node/services/publishing/origin_row.hpp"

#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t value_bytes = Digest::size_bytes;

/// Space ids are 32 bytes and the words for values are not, so no key is ever a value.
Bytes hashed(const crypto::Secret32& secret, ByteView what, ByteView words) {
    const Digest digest = crypto::Hasher(crypto::HashLabel::origin, secret.view())
                              .update_sized(what)
                              .update_sized(words)
                              .finish();
    return to_bytes(digest.view());
}

Bytes hashed_request(const crypto::Secret32& secret, const Digest& request) {
    return hashed(secret, as_view("request"), request.view());
}

} // namespace

OriginRow origin_row(
    const crypto::Secret32& secret,
    const SpaceId& space,
    const std::string& origin,
    const std::string& file
) {
    return {origin_key(secret, space, origin), hashed(secret, as_view("file"), as_view(file))};
}

Bytes origin_key(const crypto::Secret32& secret, const SpaceId& space, const std::string& origin) {
    return hashed(secret, space.view(), as_view(origin));
}

Digest request_digest(const RecordRequest& request) {
    crypto::Hasher hasher(crypto::HashLabel::origin);
    const auto add = [&hasher](std::string_view words) { hasher.update_sized(as_view(words)); };
    for (const std::string* words : {&request.file, &request.path, &request.kind, &request.reach})
        add(*words);
    hasher.update_u64(request.authors.size());
    for (const std::string& author : request.authors)
        add(author);
    hasher.update_u64(request.about.size());
    for (const RequestedRelation& about : request.about) {
        add(about.id);
        add(about.relation);
    }
    // JSON keeps the values of one field in order, and not the fields.
    auto set = request.set;
    std::ranges::stable_sort(set, {}, &std::pair<std::string, std::string>::first);
    hasher.update_u64(set.size());
    for (const auto& [field, value] : set) {
        add(field);
        add(value);
    }
    if (!request.links.empty() || request.pass_on) {
        hasher.update_u64(request.links.size());
        for (const std::string& link : request.links)
            add(link);
        hasher.update_u64(request.pass_on.value_or(0));
    }
    hasher.update_u64(request.imported ? 1 : 0);
    const ImportFacts facts = request.imported.value_or(ImportFacts{});
    for (const std::string* words :
         {&facts.attribution,
          &facts.licence,
          &facts.language,
          &facts.phase,
          &facts.focus,
          &facts.title,
          &facts.created,
          &facts.source_kind})
        add(*words);
    return hasher.finish();
}

bool says_all(const RecordRequest& request, const ReadRecord& read) {
    return !read.is_exported && read.facts.reach != records::Reach::draft && read.notes.empty() &&
           read.about.empty() && read.body.attachments.empty() && read.not_brought.empty() &&
           request.attachments.empty();
}

void remember_request(OriginRow& row, const crypto::Secret32& secret, const Digest& request) {
    row.value.resize(value_bytes);
    append(row.value, hashed_request(secret, request));
}

bool is_of_file(const Bytes& stored, const OriginRow& row) {
    return stored.size() >= value_bytes && row.value.size() >= value_bytes &&
           std::equal(stored.begin(), stored.begin() + value_bytes, row.value.begin());
}

bool is_of_request(const Bytes& stored, const crypto::Secret32& secret, const Digest& request) {
    return stored.size() == 2 * value_bytes &&
           std::ranges::equal(
               ByteView(stored).subspan(value_bytes), hashed_request(secret, request)
           );
}

std::string origin_of_place(const crypto::Secret32& secret, const std::string& place) {
    constexpr std::size_t shown_characters = 26; // 130 bits
    const std::size_t slash = place.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : place.substr(0, slash);
    const Bytes digest = hashed(secret, as_view("place"), as_view(folder));
    return "folder-" + to_base32(digest).substr(0, shown_characters) + "/" +
           place.substr(slash == std::string::npos ? 0 : slash + 1);
}

} // namespace staffroom::services
