#include "node/services/certificates/certificate_files.hpp"

#include "protocol/base/result.hpp"
#include "storage/files/posix_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace staffroom::services {
namespace {

CertificateTrouble unreadable_file(const std::string& path, Errc why) {
    if (why == Errc::not_found)
        return {
            "certificate.file-missing",
            path + ", which the settings name, is not there.",
            "let the ACME client put it there, or mend the path in [https] of staffroom.toml."};
    if (why == Errc::invalid_input)
        return {
            "certificate.no-file",
            path + ", which the settings name, is a folder, a pipe or a device.",
            "mend the path in [https] of staffroom.toml."};
    return {
        "certificate.file-closed",
        path + ", which the settings name, cannot be read by the user of the node.",
        "let the ACME client copy it to a place that this user may read, as server.md shows."};
}

/// Attack: a pipe under the name of a certificate holds up the start of the node, or a thread of
/// its pool, until somebody writes into it. Blocks on the disk. Errors: not_found, invalid_input
/// (no regular file), too_large, io_error.
Result<Bytes> read_regular_file(const std::string& path) {
    const storage::Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    );
    if (file.number() < 0)
        return fail(errno == ENOENT || errno == ENOTDIR ? Errc::not_found : Errc::io_error);
    struct ::stat facts {};
    if (::fstat(file.number(), &facts) != 0)
        return fail(Errc::io_error);
    if (!S_ISREG(facts.st_mode))
        return fail(Errc::invalid_input);
    Bytes content(tls::pem_bytes_max + 1);
    std::size_t bytes = 0;
    while (bytes < content.size()) {
        const ssize_t got = ::read(file.number(), content.data() + bytes, content.size() - bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(Errc::io_error);
        if (got == 0)
            break;
        bytes += static_cast<std::size_t>(got);
    }
    if (bytes > tls::pem_bytes_max)
        return fail(Errc::too_large);
    content.resize(bytes);
    return content;
}

} // namespace

CertificateTrouble trouble_of(tls::Fault fault) {
    return {
        std::string(tls::fault_code(fault)),
        std::string(tls::fault_sentence(fault)),
        std::string(tls::fault_step(fault))};
}

CertificateTrouble trouble_of_file(tls::Fault fault, const std::string& path) {
    CertificateTrouble trouble = trouble_of(fault);
    trouble.sentence = path + " is not used. " + trouble.sentence;
    return trouble;
}

FileStamp stamp_of(const std::string& path) {
    struct ::stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return {};
    return {
        facts.st_dev,
        facts.st_ino,
        facts.st_size,
        facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec,
        facts.st_ctim.tv_sec * 1'000'000'000 + facts.st_ctim.tv_nsec};
}

ReadCertificate
read_certificate_files(const std::string& path, const std::string& key_path, WallTime now) {
    const auto chain = read_regular_file(path);
    if (!chain && chain.error().code != Errc::too_large)
        return unreadable_file(path, chain.error().code);
    auto key = read_regular_file(key_path);
    if (!key && key.error().code != Errc::too_large)
        return unreadable_file(key_path, key.error().code);
    if (!chain || !key)
        return trouble_of_file(tls::Fault::too_large, chain ? key_path : path);
    auto read = tls::read_certificate(as_text(*chain), as_text(*key));
    sodium_memzero(key->data(), key->size());
    auto* const found = std::get_if<tls::Certificate>(&read);
    if (found == nullptr)
        return trouble_of_file(std::get<tls::Fault>(read), path);
    if (const auto wrong = tls::wrong_time(found->facts, now))
        return trouble_of_file(*wrong, path);
    return std::move(*found);
}

} // namespace staffroom::services
