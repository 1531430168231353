#include "protocol/records/compression.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/dictionary/dictionary.hpp"

#include <zstd.h>

#include <memory>

namespace staffroom::records {
namespace {

/// Of 2 KB of prose with the dictionary: level 3 takes 17 us and leaves 0.428 of the bytes, level 6
/// 53 us and 0.406, level 9 84 us and 0.402. Whoever brings in a folder waits for it.
constexpr int zstd_level = 3;
constexpr int window_log_max = 19;
static_assert((std::size_t{1} << window_log_max) >= limits::body_plain_bytes_max);

template <auto Release> struct Releaser {
    template <typename T> void operator()(T* object) const { Release(object); }
};
using Compressor = std::unique_ptr<ZSTD_CCtx, Releaser<ZSTD_freeCCtx>>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, Releaser<ZSTD_freeDCtx>>;
using CompressionTable = std::unique_ptr<ZSTD_CDict, Releaser<ZSTD_freeCDict>>;
using DecompressionTable = std::unique_ptr<ZSTD_DDict, Releaser<ZSTD_freeDDict>>;

/// Returns a table that is made once and never changed, so any thread may use it.
const ZSTD_CDict* compression_table() {
    static const CompressionTable table(
        ZSTD_createCDict(dictionary_1().data(), dictionary_1().size(), zstd_level)
    );
    return table.get();
}

const ZSTD_DDict* decompression_table() {
    static const DecompressionTable table(
        ZSTD_createDDict(dictionary_1().data(), dictionary_1().size())
    );
    return table.get();
}

/// One a thread: making it anew costs more than all that it does for 2 KB.
ZSTD_CCtx* compressor() {
    thread_local const Compressor context(ZSTD_createCCtx());
    ensure(context != nullptr && compression_table() != nullptr);
    return context.get();
}

/// One a thread, as if it were new: a hostile frame leaves its state, its dictionary and its
/// parameters behind when it fails half-way. What it can make grow is bounded by the window.
ZSTD_DCtx* clean_decompressor() {
    thread_local const Decompressor context(ZSTD_createDCtx());
    ensure(context != nullptr && decompression_table() != nullptr);
    const bool is_clean =
        ZSTD_isError(ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters)) == 0 &&
        ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log_max)) ==
            0;
    ensure(is_clean);
    return context.get();
}

} // namespace

std::optional<Bytes> compress(ByteView plain) {
    Bytes out(ZSTD_compressBound(plain.size()));
    const std::size_t size = ZSTD_compress_usingCDict(
        compressor(), out.data(), out.size(), plain.data(), plain.size(), compression_table()
    );
    if (ZSTD_isError(size) != 0 || size >= plain.size())
        return std::nullopt;
    return Bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
}

Result<Bytes> decompress(std::uint64_t codec, ByteView encoded, std::size_t plain_length) {
    const bool has_dictionary = codec == static_cast<std::uint64_t>(BodyCodec::zstd_dictionary_1);
    if (!has_dictionary && codec != static_cast<std::uint64_t>(BodyCodec::zstd))
        return fail(Errc::unknown_value, "codec " + std::to_string(codec));
    // Accepts one frame with nothing behind it; the library would take several, and others to skip.
    if (ZSTD_findFrameCompressedSize(encoded.data(), encoded.size()) != encoded.size())
        return fail(Errc::corrupt, "body is not one frame");
    // The buffer has the stated length and no more: a small frame that claims to be huge fails
    // here.
    Bytes plain(plain_length);
    const std::size_t size = ZSTD_decompress_usingDDict(
        clean_decompressor(),
        plain.data(),
        plain.size(),
        encoded.data(),
        encoded.size(),
        has_dictionary ? decompression_table() : nullptr
    );
    if (ZSTD_isError(size) != 0 || size != plain_length)
        return fail(Errc::corrupt, "body does not decompress to its stated length");
    return plain;
}

Result<Bytes> decompress_beginning(std::uint64_t codec, ByteView encoded, std::size_t count_max) {
    const bool has_dictionary = codec == static_cast<std::uint64_t>(BodyCodec::zstd_dictionary_1);
    if (!has_dictionary && codec != static_cast<std::uint64_t>(BodyCodec::zstd))
        return fail(Errc::unknown_value, "codec " + std::to_string(codec));
    // A frame may claim that it needs a window of any size: one of the largest body's is enough.
    ZSTD_DCtx* const context = clean_decompressor();
    const bool is_set =
        !has_dictionary || ZSTD_isError(ZSTD_DCtx_refDDict(context, decompression_table())) == 0;
    ensure(is_set);
    Bytes plain(count_max);
    ZSTD_inBuffer in{encoded.data(), encoded.size(), 0};
    ZSTD_outBuffer out{plain.data(), plain.size(), 0};
    while (out.pos < out.size) {
        const std::size_t read = in.pos;
        const std::size_t written = out.pos;
        const std::size_t left = ZSTD_decompressStream(context, &out, &in);
        if (ZSTD_isError(left) != 0)
            return fail(Errc::corrupt, "body does not decompress");
        if (left == 0 || (read == in.pos && written == out.pos))
            break;
    }
    plain.resize(out.pos);
    return plain;
}

} // namespace staffroom::records
