#include "node/tls/self_signed.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace staffroom::tls {
namespace {

constexpr std::size_t own_names_max = 100;
constexpr std::size_t common_name_bytes_max = 64; // RFC 5280, ub-common-name
/// Other machines' clocks may be behind this one's.
constexpr std::chrono::days begun_before{1};

void add_once(std::vector<std::string>& names, std::string name) {
    std::ranges::transform(name, name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    const bool is_new = std::ranges::find(names, name) == names.end();
    if (!name.empty() && is_new && names.size() < own_names_max)
        names.push_back(std::move(name));
}

std::string own_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data())
                                                            : std::string();
}

/// Nothing for an address that is good on one wire only.
std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* const any = &address;
    if (address.sa_family == AF_INET) {
        const auto& four = static_cast<const sockaddr_in*>(any)->sin_addr;
        inet_ntop(AF_INET, &four, text.data(), text.size());
    } else if (address.sa_family == AF_INET6) {
        const auto& six = static_cast<const sockaddr_in6*>(any)->sin6_addr;
        if (!IN6_IS_ADDR_LINKLOCAL(&six))
            inet_ntop(AF_INET6, &six, text.data(), text.size());
    }
    return text.data();
}

void add_own_addresses(std::vector<std::string>& names) {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0)
        return;
    for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next)
        if (each->ifa_addr != nullptr && (each->ifa_flags & IFF_UP) != 0)
            add_once(names, text_of(*each->ifa_addr));
    ::freeifaddrs(all);
}

bool is_address(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> unused{};
    return inet_pton(AF_INET, name.c_str(), unused.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), unused.data()) == 1;
}

bool add_names(X509& certificate, const std::vector<std::string>& names) {
    const auto release = [](GENERAL_NAMES* all) { GENERAL_NAMES_free(all); };
    const std::unique_ptr<GENERAL_NAMES, decltype(release)> all(
        sk_GENERAL_NAME_new_null(), release
    );
    for (const std::string& name : names) {
        // Whoever wrote the settings wrote the name; a strange one is left out.
        GENERAL_NAME* const made = a2i_GENERAL_NAME(
            nullptr, nullptr, nullptr, is_address(name) ? GEN_IPADD : GEN_DNS, name.c_str(), 0
        );
        if (made != nullptr && sk_GENERAL_NAME_push(all.get(), made) == 0)
            GENERAL_NAME_free(made);
    }
    return X509_add1_ext_i2d(
               &certificate, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT
           ) == 1;
}

bool add_extension(X509& certificate, int name, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> made(
        X509V3_EXT_conf_nid(nullptr, &context, name, value), &X509_EXTENSION_free
    );
    return made && X509_add_ext(&certificate, made.get(), -1) == 1;
}

/// A serial number that nobody can foretell, positive and not zero (RFC 5280 4.1.2.2).
bool set_serial(X509& certificate) {
    std::array<unsigned char, 16> raw{};
    if (RAND_bytes(raw.data(), static_cast<int>(raw.size())) != 1)
        return false;
    raw[0] = static_cast<unsigned char>((raw[0] & 0x3fU) | 0x40U);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr), &BN_free
    );
    return number &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_days(X509& certificate, WallTime now) {
    const auto seconds = static_cast<std::time_t>(now.ms / 1000);
    const std::time_t from = std::max<std::time_t>(
        0, seconds - static_cast<std::time_t>(std::chrono::seconds(begun_before).count())
    );
    const auto until =
        from + static_cast<std::time_t>(std::chrono::seconds(self_signed_life).count());
    return ASN1_TIME_set(X509_getm_notBefore(&certificate), from) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(&certificate), until) != nullptr;
}

bool set_subject(X509& certificate, std::string name) {
    name.resize(std::min(name.size(), common_name_bytes_max));
    X509_NAME* const subject = X509_get_subject_name(&certificate);
    const void* const text = name.data();
    return X509_NAME_add_entry_by_txt(
               subject,
               "CN",
               MBSTRING_UTF8,
               static_cast<const unsigned char*>(text),
               static_cast<int>(name.size()),
               -1,
               0
           ) == 1 &&
           X509_set_issuer_name(&certificate, subject) == 1;
}

/// Attack: whoever takes the key could sign other servers' certificates in the eyes of a browser
/// that was told to trust this one. So it is no authority's.
bool fill(X509& certificate, EVP_PKEY& key, const std::vector<std::string>& names, WallTime now) {
    const std::string own = own_name();
    return X509_set_version(&certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_days(certificate, now) &&
           set_subject(certificate, own.empty() ? "staffroom" : own) &&
           X509_set_pubkey(&certificate, &key) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_key_identifier, "hash") &&
           add_names(certificate, names) && X509_sign(&certificate, &key, EVP_sha256()) > 0;
}

} // namespace

std::vector<std::string>
names_of_machine(const std::vector<std::string>& more, const std::string& host) {
    std::vector<std::string> names;
    for (const std::string& name : more)
        add_once(names, name);
    const std::string own = own_name();
    add_once(names, own);
    if (!own.empty() && own.find('.') == std::string::npos)
        add_once(names, own + ".local");
    add_once(names, "localhost");
    if (host.empty() || host == "0.0.0.0" || host == "::") {
        add_own_addresses(names);
    } else {
        for (const char* address : {"127.0.0.1", "::1", host.c_str()})
            add_once(names, address);
    }
    return names;
}

Result<Certificate> make_self_signed(
    const std::vector<std::string>& names, std::shared_ptr<evp_pkey_st> key, WallTime now
) {
    if (!key)
        key.reset(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::shared_ptr<X509> certificate(X509_new(), &X509_free);
    const bool is_made = key && certificate && fill(*certificate, *key, names, now);
    ERR_clear_error();
    if (!is_made)
        return fail(Errc::io_error, "no certificate can be made");
    return Certificate{{certificate}, std::move(key), facts_of(*certificate)};
}

} // namespace staffroom::tls
