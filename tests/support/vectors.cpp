#include "tests/support/vectors.hpp"

#include "protocol/base/text.hpp"
#include "tests/support/store/places.hpp"

#include <sodium.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace staffroom::tests {
namespace {

const boost::json::value& field(const boost::json::value& object, std::string_view name) {
    return object.as_object().at(name);
}

} // namespace

std::optional<std::filesystem::path> shared_dir() {
    auto dir = shared_place();
    std::error_code ignored;
    if (dir.empty() || !std::filesystem::is_directory(dir / "vectors", ignored))
        return std::nullopt;
    return dir;
}

std::string load_vector_text(std::string_view file) {
    const auto dir = shared_dir();
    if (!dir)
        throw std::runtime_error("no folder of vectors");
    std::ifstream in(*dir / "vectors" / std::filesystem::path(file), std::ios::binary);
    if (!in)
        throw std::runtime_error("no vector file " + std::string(file));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

boost::json::value load_vectors(std::string_view file) {
    return boost::json::parse(load_vector_text(file));
}

Bytes bytes_from_hex(std::string_view text) {
    auto bytes = from_hex(text);
    if (!bytes)
        throw std::runtime_error("not hex: " + std::string(text));
    return std::move(*bytes);
}

Bytes bytes_from_base64(std::string_view text) {
    if (text.empty())
        return {};
    Bytes bytes(text.size());
    std::size_t length = 0;
    const int outcome = sodium_base642bin(
        bytes.data(),
        bytes.size(),
        text.data(),
        text.size(),
        nullptr,
        &length,
        nullptr,
        sodium_base64_VARIANT_ORIGINAL
    );
    if (outcome != 0)
        throw std::runtime_error("not base64: " + std::string(text));
    bytes.resize(length);
    return bytes;
}

Bytes hex_field(const boost::json::value& object, std::string_view name) {
    return bytes_from_hex(field(object, name).as_string());
}

Bytes base64_field(const boost::json::value& object, std::string_view name) {
    return bytes_from_base64(field(object, name).as_string());
}

std::string text_field(const boost::json::value& object, std::string_view name) {
    return std::string(field(object, name).as_string());
}

bool has_field(const boost::json::value& object, std::string_view name) {
    return object.as_object().contains(name);
}

} // namespace staffroom::tests
