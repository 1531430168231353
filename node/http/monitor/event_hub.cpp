#include "node/http/monitor/event_hub.hpp"

#include "protocol/base/text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace staffroom::http {
namespace {

/// The line that tells browsers after what time to come back; without it each has its own idea.
constexpr std::string_view opening = "retry: 2000\n";

std::string new_boot(Random& random) {
    std::array<std::uint8_t, 8> raw{};
    random.fill(raw);
    return to_hex(raw);
}

} // namespace

EventHub::EventHub(Random& random, std::size_t streams_max)
    : boot_(new_boot(random))
    , streams_max_(streams_max) {}

void EventHub::publish(
    std::string_view type, const boost::json::object& data, const std::optional<EventRecord>& record
) {
    ++last_;
    // Serialised JSON has no line end, so one data line holds it all.
    Kept kept{last_, record, "id: " + id_of(last_) + "\nevent: "};
    kept.text += type;
    kept.text += "\ndata: " + boost::json::serialize(data) + "\n\n";
    for (const Listener& each : listeners_)
        if (may_hear(each.reader, kept))
            each.stream->push(kept.text);
    sweep();
    kept_.push_back(std::move(kept));
    if (kept_.size() > events_kept_max)
        kept_.pop_front();
}

bool EventHub::may_hear(const services::Reader& reader, const Kept& kept) {
    if (!kept.record)
        return reader.hears_node();
    return reader.sees_all() ||
           reader.may_see(kept.record->reach, {kept.record->space}, kept.record->document);
}

std::shared_ptr<OutgoingStream> EventHub::open(
    const services::Reader& reader, std::string_view after, Instant now, const StreamOwner& owner
) {
    sweep();
    const auto theirs = std::ranges::count_if(listeners_, [&owner](const Listener& each) {
        return !owner.person.empty() && each.owner.person == owner.person;
    });
    if (listeners_.size() >= streams_max_ ||
        static_cast<std::size_t>(theirs) >= event_streams_of_one_max)
        return nullptr;
    listened_at_ = now;
    auto stream = std::make_shared<OutgoingStream>(event_stream_bytes_max);
    const auto place = after.empty() ? std::optional(last_) : place_of(after);
    // An id without data moves the reader's place and is no event, so that the reader can come back
    // even when nothing has happened yet.
    std::string first(opening);
    if (place) {
        first += "id: " + id_of(*place) + "\n\n";
    } else {
        // Bytes that cannot be read cannot be said back either.
        const std::string_view shown = first_unreadable_byte(after) ? "" : after;
        first += "id: " + id_of(last_) + "\nevent: gap\ndata: " +
                 boost::json::serialize(boost::json::object{{"after", shown}}) + "\n\n";
    }
    stream->push(first);
    for (const Kept& kept : kept_)
        if (place && kept.number > *place && may_hear(reader, kept))
            stream->push(kept.text);
    listeners_.push_back({reader, stream, owner});
    return stream;
}

bool EventHub::is_wanted(Instant now) {
    sweep();
    if (!listeners_.empty())
        listened_at_ = now;
    return listened_at_ && now - *listened_at_ <= event_absence_max;
}

void EventHub::skip() {
    ++last_;
    kept_.clear();
}

std::size_t EventHub::stream_count() {
    sweep();
    return listeners_.size();
}

void EventHub::end_of(const StreamOwner& owner) {
    for (const Listener& each : listeners_)
        if (each.owner.person == owner.person &&
            (owner.bearer.empty() || each.owner.bearer == owner.bearer))
            each.stream->end();
    sweep();
}

void EventHub::close() {
    for (const Listener& each : listeners_)
        each.stream->end();
    listeners_.clear();
}

std::string EventHub::id_of(std::uint64_t number) const {
    return boot_ + "-" + std::to_string(number);
}

std::optional<std::uint64_t> EventHub::place_of(std::string_view after) const {
    if (!after.starts_with(boot_ + "-"))
        return std::nullopt;
    const std::string_view digits = after.substr(boot_.size() + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    const std::uint64_t first_kept = kept_.empty() ? last_ + 1 : kept_.front().number;
    if (number > last_ || number + 1 < first_kept)
        return std::nullopt;
    return number;
}

void EventHub::sweep() {
    std::erase_if(listeners_, [](const Listener& each) { return !each.stream->is_open(); });
}

} // namespace staffroom::http
