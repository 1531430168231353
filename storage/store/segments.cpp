#include "storage/store/segments.hpp"

#include "protocol/base/ensure.hpp"
#include "storage/database/stored_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace staffroom::storage {

namespace {

constexpr std::array<std::uint8_t, 3> record_magic{'S', 'R', 'B'};
constexpr std::size_t check_offset = 4 + 4 + 32;
constexpr std::size_t open_readers_max = 64; // descriptors are shared with links and tables
constexpr std::size_t joined_read_bytes_max = 256UL * 1024; // about what one chunk carries

static_assert(check_offset + stored_check_bytes == segment_record_overhead);

/// Errors: corrupt.
Result<replica::BodyBytes> open_record(ByteView record, const RevisionId& revision) {
    if (record.size() < segment_record_overhead ||
        !std::equal(record_magic.begin(), record_magic.end(), record.begin()))
        return fail(Errc::corrupt, "no body record at this place");
    const ByteView payload = record.subspan(segment_record_overhead);
    const std::size_t salt_bytes = record[3];
    if (read_u32_be(record.subspan(4)) != payload.size() || salt_bytes > payload.size())
        return fail(Errc::corrupt, "a body record has a wrong length");
    const ByteView head = record.first(check_offset);
    const StoredCheck check = stored_check({head, payload});
    if (!std::equal(check.begin(), check.end(), record.begin() + check_offset))
        return fail(Errc::corrupt, "a body record does not match its check");
    const ByteView id = record.subspan(8, RevisionId::size_bytes);
    if (!std::equal(id.begin(), id.end(), revision.view().begin()))
        return fail(Errc::corrupt, "the body at this place belongs to another revision");
    return replica::BodyBytes{
        to_bytes(payload.first(salt_bytes)),
        std::make_shared<const Bytes>(to_bytes(payload.subspan(salt_bytes)))};
}

constexpr std::string_view name_prefix = "segment-";

std::string name_of(std::uint32_t segment) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "segment-%08u", segment);
    return name.data();
}

std::uint32_t number_of(std::string_view name) {
    const std::string_view digits = name.substr(name_prefix.size());
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// How many places from the first on follow one another without a gap and may be read at once.
std::size_t joined_count(std::span<const BodyAt> at) {
    std::size_t count = 1;
    std::size_t bytes = at[0].place.length;
    while (count < at.size()) {
        const Place& last = at[count - 1].place;
        const Place& next = at[count].place;
        bytes += next.length;
        if (next.segment != last.segment || next.offset != last.offset + last.length ||
            bytes > joined_read_bytes_max)
            break;
        ++count;
    }
    return count;
}

} // namespace

std::optional<WholeRecord> whole_record(ByteView bytes) {
    if (bytes.size() < segment_record_overhead)
        return std::nullopt;
    const std::size_t payload = read_u32_be(bytes.subspan(4));
    if (payload > bytes.size() - segment_record_overhead)
        return std::nullopt;
    const auto revision = RevisionId::from(bytes.subspan(8, RevisionId::size_bytes));
    const std::size_t length = segment_record_overhead + payload;
    auto body = open_record(bytes.first(length), *revision);
    if (!body)
        return std::nullopt;
    return WholeRecord{*revision, length, std::move(*body)};
}

Result<void> Segments::start() {
    if (confirmed_.offset == 0)
        return {};
    auto file = files_.open(path_of(confirmed_.segment), OpenMode::read);
    auto size = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
    if (!size && size.error().code != Errc::not_found)
        return fail(size.error());
    // Were the new records laid over lost ones, a place would seem to hold another revision.
    if (!size || *size < confirmed_.offset)
        confirmed_ = next_ = {confirmed_.segment + 1, 0};
    return {};
}

Place Segments::stage(const RevisionId& revision, const replica::BodyBytes& body) {
    const std::size_t payload = body.salt.size() + body.encoded->size();
    const std::size_t length = segment_record_overhead + payload;
    ensure(body.salt.size() <= 255 && length <= body_record_bytes_max);
    if (next_.offset > 0 && next_.offset + length > segment_bytes_max)
        next_ = {next_.segment + 1, 0};
    if (staged_.empty() || staged_.back().begin.segment != next_.segment)
        staged_.push_back({next_, {}});

    Bytes& out = staged_.back().bytes;
    const std::size_t begin = out.size();
    append(out, record_magic);
    out.push_back(static_cast<std::uint8_t>(body.salt.size()));
    append_u32_be(out, static_cast<std::uint32_t>(payload));
    append(out, revision.view());
    const StoredCheck check =
        stored_check({ByteView(out).subspan(begin, check_offset), body.salt, *body.encoded});
    append(out, check);
    append(out, body.salt);
    append(out, *body.encoded);

    const Place place{next_.segment, next_.offset, static_cast<std::uint32_t>(length)};
    next_.offset += place.length;
    return place;
}

Result<void> Segments::flush() {
    if (staged_.empty())
        return {};
    if (!is_tail_clean_) {
        if (auto done = prepare_tail(); !done)
            return done;
    }
    is_tail_clean_ =
        false; // until `confirm`: a failure below leaves bytes behind the confirmed end
    for (const Staged& staged : staged_) {
        if (auto done = write(staged); !done)
            return done;
    }
    return {};
}

void Segments::confirm() {
    if (!staged_.empty())
        is_tail_clean_ = true;
    confirmed_ = next_;
    staged_.clear();
}

void Segments::abandon() {
    next_ = confirmed_;
    staged_.clear();
    writer_.reset();
    is_tail_clean_ = false;
}

Result<SegmentEnd> Segments::trim() {
    ensure(staged_.empty());
    if (!is_tail_clean_)
        if (auto done = prepare_tail(); !done)
            return fail(done.error());
    is_tail_clean_ = true;
    return confirmed_;
}

Result<void> Segments::prepare_tail() {
    writer_.reset();
    if (auto done = remove_later_segments(); !done)
        return done;
    if (confirmed_.offset == 0)
        return {};
    auto file = files_.open(path_of(confirmed_.segment), OpenMode::update);
    auto size = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
    if (!size && size.error().code != Errc::not_found)
        return fail(size.error());
    if (!size || *size < confirmed_.offset)
        return fail(Errc::corrupt, path_of(confirmed_.segment) + " lost its end");
    if (*size > confirmed_.offset) {
        if (auto done = (*file)->truncate(confirmed_.offset); !done)
            return done;
    }
    writer_ = std::move(*file);
    writer_segment_ = confirmed_.segment;
    return {};
}

Result<void> Segments::remove_later_segments() {
    auto names = files_.list(directory_);
    if (!names)
        return fail(names.error());
    const std::string first_to_stay = path_of(confirmed_.segment);
    for (const std::string& name : *names) {
        const std::string path = directory_ + "/" + name;
        const bool is_later = path > first_to_stay;
        const bool is_unused = confirmed_.offset == 0 && path == first_to_stay;
        if (!name.starts_with(name_prefix) || !(is_later || is_unused))
            continue;
        {
            const std::lock_guard hold(readers_mutex_);
            readers_.clear();
        }
        if (auto done = files_.remove(path); !done)
            return done;
    }
    return {};
}

Result<void> Segments::write(const Staged& staged) {
    if (writer_ == nullptr || writer_segment_ != staged.begin.segment) {
        ensure(staged.begin.offset == 0);
        auto file = files_.open(path_of(staged.begin.segment), OpenMode::create);
        if (!file)
            return fail(file.error());
        writer_ = std::move(*file);
        writer_segment_ = staged.begin.segment;
        if (auto done = files_.sync_directory(directory_); !done)
            return done;
    }
    if (auto done = writer_->append(staged.bytes); !done)
        return done;
    return writer_->sync();
}

Result<replica::BodyBytes> Segments::read(const BodyAt& at) const {
    return std::move(read_all({&at, 1}).front());
}

std::vector<Result<replica::BodyBytes>> Segments::read_all(std::span<const BodyAt> at) const {
    std::vector<Result<replica::BodyBytes>> answers;
    answers.reserve(at.size());
    Bytes bytes;
    while (!at.empty()) {
        const auto joined = at.first(joined_count(at));
        at = at.subspan(joined.size());
        std::size_t wanted = 0;
        for (const BodyAt& one : joined)
            wanted += one.place.length;
        // A damaged place must not become a huge allocation.
        if (joined.size() == 1 && wanted > body_record_bytes_max) {
            answers.emplace_back(fail(Errc::corrupt, "a body's place has an impossible length"));
            continue;
        }
        bytes.resize(wanted);
        auto file = reader(joined[0].place.segment);
        auto got = file ? (*file)->read_at(joined[0].place.offset, bytes)
                        : Result<std::size_t>(fail(file.error()));
        ByteView rest = ByteView(bytes).first(got.value_or(0));
        for (const BodyAt& one : joined) {
            const ByteView record =
                rest.first(std::min<std::size_t>(one.place.length, rest.size()));
            rest = rest.subspan(record.size());
            if (got)
                answers.push_back(open_record(record, one.revision));
            else
                answers.emplace_back(fail(got.error()));
        }
    }
    return answers;
}

Result<std::shared_ptr<const File>> Segments::reader(std::uint32_t segment) const {
    const std::lock_guard hold(readers_mutex_);
    const auto known = readers_.find(segment);
    if (known != readers_.end())
        return known->second;
    auto file = files_.open(path_of(segment), OpenMode::read);
    if (!file)
        return fail(file.error());
    if (readers_.size() >= open_readers_max)
        readers_.erase(readers_.begin());
    std::shared_ptr<const File> shared = std::move(*file);
    readers_.emplace(segment, shared);
    return shared;
}

std::string Segments::path_of(std::uint32_t segment) const {
    return directory_ + "/" + name_of(segment);
}

Result<SegmentEnd>
end_behind_all(FileSystem& files, const std::string& directory, const SegmentEnd& known) {
    auto names = files.list(directory);
    if (!names && names.error().code == Errc::not_found)
        return known;
    if (!names)
        return fail(names.error());
    std::erase_if(*names, [](const std::string& name) { return !name.starts_with(name_prefix); });
    if (names->empty() || names->back() < name_of(known.segment))
        return known;
    if (names->back() == name_of(known.segment)) {
        auto file = files.open(directory + "/" + names->back(), OpenMode::read);
        auto size = file ? (*file)->size() : Result<std::uint64_t>(fail(file.error()));
        if (!size)
            return fail(size.error());
        if (*size <= known.offset)
            return known;
    }
    return SegmentEnd{std::max(number_of(names->back()), known.segment) + 1, 0};
}

Result<std::vector<std::uint32_t>> Segments::numbers() const {
    auto names = files_.list(directory_);
    if (!names)
        return fail(names.error());
    std::vector<std::uint32_t> numbers;
    for (const std::string& name : *names)
        if (name.starts_with(name_prefix))
            numbers.push_back(number_of(name));
    return numbers;
}

} // namespace staffroom::storage
