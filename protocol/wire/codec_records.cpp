#include "protocol/wire/codec_records.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/wire/form/schema.pb.h"

#include <initializer_list>

namespace staffroom::wire {
namespace {

Result<void> check_readable(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
        if (const auto place = first_unreadable_byte(text))
            return fail(Errc::unreadable_text, "at byte " + std::to_string(*place));
    return {};
}

Result<void> check_counts(const RecordBody& body) {
    if (body.text.size() > limits::text_bytes_max)
        return fail(Errc::too_large, "text of more than 256 KiB");
    if (body.front_matter.size() > limits::front_matter_bytes_max)
        return fail(Errc::too_large, "front matter of more than 16 KiB");
    if (body.authors.size() > authors_max)
        return fail(Errc::too_large, "authors");
    if (body.fields.size() > fields_max)
        return fail(Errc::too_large, "fields");
    if (body.sections.size() > sections_max)
        return fail(Errc::too_large, "sections");
    if (body.attachments.size() > attachments_max)
        return fail(Errc::too_large, "attachments");
    return {};
}

Result<void> check_parts(const RecordBody& body) {
    for (const Author& author : body.authors) {
        if (!author.person.empty() && author.person.size() != 32)
            return fail(Errc::malformed, "id of a person");
        if (auto ok = check_readable({author.name, author.school_name}); !ok)
            return ok;
    }
    for (const Field& field : body.fields)
        if (auto ok = check_readable({field.value}); !ok)
            return ok;
    for (const Section& section : body.sections)
        if (section.heading_begin > section.begin || section.begin > section.end ||
            section.end > body.text.size())
            return fail(Errc::out_of_range, "section outside the text");
    for (const Attachment& attachment : body.attachments) {
        if (!attachment.content_hash.empty() && attachment.content_hash.size() != 32)
            return fail(Errc::malformed, "hash of an attachment");
        if (auto ok =
                check_readable({attachment.name, attachment.media_type, attachment.description});
            !ok)
            return ok;
    }
    return {};
}

/// Checks what must hold for every body, whether we wrote it or it came from elsewhere.
Result<void> check_body(const RecordBody& body) {
    if (auto ok = check_counts(body); !ok)
        return ok;
    if (auto ok = check_readable(
            {body.title,
             body.summary,
             body.language,
             body.licence,
             body.text,
             body.front_matter,
             body.attribution,
             body.origin}
        );
        !ok)
        return ok;
    return check_parts(body);
}

template <class Message> Bytes serialised(const Message& message) {
    Bytes bytes(message.ByteSizeLong());
    message.SerializeWithCachedSizesToArray(bytes.data());
    return bytes;
}

std::string as_string(const Bytes& bytes) {
    return std::string(as_text(bytes));
}

void fill(schema::RecordBody& out, const RecordBody& body) {
    for (const Author& author : body.authors) {
        schema::Author& to = *out.add_authors();
        to.set_person(as_string(author.person));
        to.set_name(author.name);
        to.set_school_name(author.school_name);
    }
    for (const Field& field : body.fields) {
        schema::Field& to = *out.add_fields();
        to.set_code(field.code);
        to.set_value(field.value);
    }
    for (const Section& section : body.sections) {
        schema::Section& to = *out.add_sections();
        to.set_code(section.code);
        to.set_heading_begin(section.heading_begin);
        to.set_begin(section.begin);
        to.set_end(section.end);
    }
    for (const Attachment& attachment : body.attachments) {
        schema::Attachment& to = *out.add_attachments();
        to.set_content_hash(as_string(attachment.content_hash));
        to.set_name(attachment.name);
        to.set_media_type(attachment.media_type);
        to.set_size(attachment.size);
        to.set_description(attachment.description);
    }
}

void read_lists(const schema::RecordBody& in, RecordBody& body) {
    for (const schema::Author& author : in.authors())
        body.authors.push_back(
            {to_bytes(as_view(author.person())), author.name(), author.school_name()}
        );
    for (const schema::Field& field : in.fields())
        body.fields.push_back({field.code(), field.value()});
    for (const schema::Section& section : in.sections())
        body.sections.push_back(
            {section.code(), section.heading_begin(), section.begin(), section.end()}
        );
    for (const schema::Attachment& attachment : in.attachments())
        body.attachments.push_back(
            {to_bytes(as_view(attachment.content_hash())),
             attachment.name(),
             attachment.media_type(),
             attachment.size(),
             attachment.description()}
        );
}

Result<void> check_profile(const Profile& profile) {
    if (profile.numbers.size() > school_numbers_max)
        return fail(Errc::too_large, "numbers of a school");
    for (const std::string* text : {&profile.name, &profile.place, &profile.area, &profile.trust}) {
        if (text->size() > profile_text_bytes_max)
            return fail(Errc::too_large, "name, place, area or trust of a school");
        if (auto ok = check_readable({*text}); !ok)
            return ok;
    }
    for (const SchoolNumber& number : profile.numbers) {
        if (number.scheme.size() > profile_text_bytes_max ||
            number.value.size() > profile_text_bytes_max)
            return fail(Errc::too_large, "number of a school");
        if (auto ok = check_readable({number.scheme, number.value}); !ok)
            return ok;
    }
    return {};
}

} // namespace

Result<Bytes> encode_record_body(const RecordBody& body) {
    if (auto ok = check_body(body); !ok)
        return fail(ok.error());
    schema::RecordBody out;
    out.set_title(body.title);
    out.set_summary(body.summary);
    out.set_language(body.language);
    out.set_licence(body.licence);
    out.set_text(body.text);
    out.set_front_matter(body.front_matter);
    out.set_attribution(body.attribution);
    out.set_origin(body.origin);
    out.set_created_ms(body.created.ms);
    out.set_modified_ms(body.modified.ms);
    fill(out, body);
    Bytes bytes = serialised(out);
    if (bytes.size() > limits::body_plain_bytes_max)
        return fail(Errc::too_large, "a body of more than 320 KiB");
    return bytes;
}

Result<RecordBody> decode_record_body(ByteView bytes) {
    if (bytes.size() > limits::body_plain_bytes_max)
        return fail(Errc::too_large, "body");
    schema::RecordBody in;
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return fail(Errc::malformed, "body");
    if (in.authors().size() > static_cast<int>(authors_max) ||
        in.fields().size() > static_cast<int>(fields_max) ||
        in.sections().size() > static_cast<int>(sections_max) ||
        in.attachments().size() > static_cast<int>(attachments_max))
        return fail(Errc::too_large, "lists of a body");
    RecordBody body;
    body.title = in.title();
    body.summary = in.summary();
    body.language = in.language();
    body.licence = in.licence();
    body.text = in.text();
    body.front_matter = in.front_matter();
    body.attribution = in.attribution();
    body.origin = in.origin();
    body.created = WallTime{in.created_ms()};
    body.modified = WallTime{in.modified_ms()};
    read_lists(in, body);
    if (auto ok = check_body(body); !ok)
        return fail(ok.error());
    return body;
}

Result<Bytes> encode_profile(const Profile& profile) {
    if (auto ok = check_profile(profile); !ok)
        return fail(ok.error());
    schema::Profile out;
    out.set_name(profile.name);
    out.set_place(profile.place);
    out.set_area(profile.area);
    out.set_trust(profile.trust);
    for (const SchoolNumber& number : profile.numbers) {
        schema::SchoolNumber& to = *out.add_numbers();
        to.set_scheme(number.scheme);
        to.set_value(number.value);
    }
    return serialised(out);
}

Result<Profile> decode_profile(ByteView bytes) {
    if (bytes.size() > limits::notice_bytes_max)
        return fail(Errc::too_large, "profile");
    schema::Profile in;
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return fail(Errc::malformed, "profile");
    Profile profile{in.name(), in.place(), {}, in.area(), in.trust()};
    for (const schema::SchoolNumber& number : in.numbers())
        profile.numbers.push_back({number.scheme(), number.value()});
    if (auto ok = check_profile(profile); !ok)
        return fail(ok.error());
    return profile;
}

} // namespace staffroom::wire
