// Question and answer of the search for the place where two logs part. [S14]
#include "protocol/base/limits.hpp"
#include "protocol/log/log_shapes.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

namespace staffroom::wire {

schema::ForkQuestion to_shape(const ForkQuestion& message) {
    schema::ForkQuestion to;
    to.set_number(message.number);
    set_bytes(to.mutable_log(), message.log);
    to.set_size(message.size.value);
    to.set_level(message.level);
    to.set_index(message.index);
    return to;
}

Result<ForkQuestion> from_shape(const schema::ForkQuestion& shape) {
    auto log = get_id<LogId>(shape.log());
    if (!log)
        return fail(log.error());
    const std::uint64_t size = shape.size();
    const bool is_inside = shape.level() == 0
                               ? shape.index() == 0
                               : shape.level() < 64 && shape.index() < (size >> shape.level());
    if (!is_inside)
        return fail(Errc::out_of_range, "question about a fork");
    return ForkQuestion{shape.number(), *log, LogSize{size}, shape.level(), shape.index()};
}

schema::ForkAnswer to_shape(const ForkAnswer& message) {
    schema::ForkAnswer to;
    to.set_number(message.number);
    if (message.head)
        log::put_head(to.mutable_head(), *message.head);
    log::put_hashes(to.mutable_hashes(), message.hashes);
    return to;
}

Result<ForkAnswer> from_shape(const schema::ForkAnswer& shape) {
    auto hashes = log::get_hashes(shape.hashes(), limits::fork_answer_hashes_max);
    if (!hashes)
        return fail(hashes.error());
    ForkAnswer message{shape.number(), std::nullopt, std::move(*hashes)};
    if (shape.has_head()) {
        auto head = log::get_head(shape.head());
        if (!head)
            return fail(head.error());
        message.head = std::move(*head);
    }
    return message;
}

} // namespace staffroom::wire
