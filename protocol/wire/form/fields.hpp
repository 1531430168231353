// Fields of a message, read and written as they stand in its bytes, for the few messages of which
// thousands come in a second: protobuf makes a string of each hash in them, which costs more than
// all that is done with it. Tags and lengths are read by protobuf's own stream; the bytes are those
// of the schema. Called by the codecs alone. [W2]
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace staffroom::wire {

/// One field: a number, or bytes (also those of a nested message).
struct FoundField {
    std::uint32_t number;
    bool is_bytes;
    std::uint64_t value; // 0 for bytes
    ByteView bytes;      // a part of the message; empty for a number
};

/// Walks over the fields of one message, in the order in which they stand.
class FieldReader {
public:
    explicit FieldReader(ByteView message)
        : rest_(message) {}

    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
    [[nodiscard]] ByteView rest() const { return rest_; }
    /// The next field. Errors: malformed (the bytes end in it; neither a varint nor bytes; number
    /// 0). A field that a reader does not know is passed over.
    [[nodiscard]] Result<FoundField> next();

private:
    ByteView rest_;
};

/// Appends a field of a number; nothing where it is 0, as protobuf does.
void append_number(Bytes& to, std::uint32_t number, std::uint64_t value);
/// Appends a field of bytes; with `is_repeated` also where they are empty.
void append_bytes(Bytes& to, std::uint32_t number, ByteView value, bool is_repeated = false);
/// How many bytes a field of so many bytes takes at most.
[[nodiscard]] constexpr std::size_t field_bytes(std::size_t value_bytes) {
    return value_bytes + 12;
}

} // namespace staffroom::wire
