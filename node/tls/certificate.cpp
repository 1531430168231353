#include "node/tls/certificate.hpp"

#include "protocol/base/ensure.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace staffroom::tls {
namespace {

constexpr std::size_t names_max = 200;
constexpr std::size_t line_bytes_max = 200;
constexpr int rsa_bits_min = 2048;
constexpr int signature_bits_min = 112; // SHA-1 has 63 since its collisions

using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

BioPointer reader_of(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Bytes content_of(BIO& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(&bio, &data);
    return size > 0 ? Bytes(data, data + size) : Bytes();
}

std::string text_of(BIO& bio) {
    const Bytes bytes = content_of(bio);
    return {bytes.begin(), bytes.end()};
}

/// Attack: a name with line ends or terminal codes in it. Everything but printable ASCII goes.
std::string printable(std::string text) {
    text.resize(std::min(text.size(), line_bytes_max));
    std::ranges::replace_if(
        text, [](char letter) { return letter < ' ' || letter > '~'; }, '?'
    );
    return text;
}

std::string text_of_name(const X509_NAME* name) {
    const BioPointer out(BIO_new(BIO_s_mem()), &BIO_free);
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0)
        return {};
    return printable(text_of(*out));
}

std::string text_of_address(const ASN1_OCTET_STRING& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int size = ASN1_STRING_length(&address);
    const int family = size == 4 ? AF_INET : AF_INET6;
    if (size != 4 && size != 16)
        return {};
    inet_ntop(family, ASN1_STRING_get0_data(&address), text.data(), text.size());
    return text.data();
}

std::string small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

std::vector<std::string> names_of(const X509& certificate) {
    const auto release = [](GENERAL_NAMES* all) { GENERAL_NAMES_free(all); };
    const std::unique_ptr<GENERAL_NAMES, decltype(release)> all(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)
        ),
        release
    );
    std::vector<std::string> names;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()) && names.size() < names_max; ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
        std::string text;
        if (name->type == GEN_DNS) {
            const auto* const data = ASN1_STRING_get0_data(name->d.dNSName);
            text.assign(data, data + ASN1_STRING_length(name->d.dNSName));
            text = small_letters(printable(std::move(text)));
        } else if (name->type == GEN_IPADD) {
            text = text_of_address(*name->d.iPAddress);
        }
        if (!text.empty())
            names.push_back(std::move(text));
    }
    return names;
}

WallTime wall_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return WallTime{0};
    const std::time_t seconds = timegm(&parts);
    return WallTime{seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds) * 1000};
}

std::string with_colons(const std::array<unsigned char, EVP_MAX_MD_SIZE>& hash, unsigned count) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
        text += i == 0 ? "" : ":";
        text += digits[hash.at(i) >> 4U];
        text += digits[hash.at(i) & 15U];
    }
    return text;
}

std::string fingerprint_of(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned count = 0;
    return X509_digest(&certificate, EVP_sha256(), hash.data(), &count) == 1
               ? with_colons(hash, count)
               : std::string();
}

std::string key_fingerprint_of(const X509& certificate) {
    unsigned char* coded = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &coded);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned count = 0;
    const bool is_hashed =
        size > 0 &&
        EVP_Digest(
            coded, static_cast<std::size_t>(size), hash.data(), &count, EVP_sha256(), nullptr
        ) == 1;
    OPENSSL_free(coded);
    return is_hashed ? with_colons(hash, count) : std::string();
}

bool is_pem(std::string_view text) {
    return text.find("-----BEGIN ") != std::string_view::npos;
}

/// Is asked for a passphrase only where there is one. Attack: a PEM text that says to be encrypted
/// makes OpenSSL ask for a passphrase at the terminal, and the node waits for ever.
int refuse_passphrase(char*, int, int, void* was_asked) {
    *static_cast<bool*>(was_asked) = true;
    return -1;
}

using Chain = std::vector<std::shared_ptr<X509>>;

std::variant<Chain, Fault> read_chain(std::string_view pem) {
    if (!is_pem(pem))
        return pem.starts_with('\x30') ? Fault::binary : Fault::unreadable;
    const BioPointer in = reader_of(pem);
    Chain chain;
    bool was_asked = false;
    while (in) {
        std::shared_ptr<X509> next(
            PEM_read_bio_X509(in.get(), nullptr, refuse_passphrase, &was_asked), &X509_free
        );
        if (!next)
            break;
        if (chain.size() == chain_length_max)
            return Fault::too_large;
        chain.push_back(std::move(next));
    }
    // The reader ends at the end of the text, or at a certificate that is damaged.
    const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (chain.empty() || !is_at_end)
        return Fault::unreadable;
    return chain;
}

std::variant<std::shared_ptr<EVP_PKEY>, Fault> read_key(std::string_view pem) {
    if (!is_pem(pem))
        return pem.starts_with('\x30') ? Fault::binary : Fault::no_key;
    const BioPointer in = reader_of(pem);
    bool was_asked = false;
    std::shared_ptr<EVP_PKEY> key(
        in ? PEM_read_bio_PrivateKey(in.get(), nullptr, refuse_passphrase, &was_asked) : nullptr,
        &EVP_PKEY_free
    );
    ERR_clear_error();
    if (!key)
        return was_asked ? Fault::key_locked : Fault::no_key;
    return key;
}

/// The two curves by which every browser checks a server's signature.
bool is_known_curve(const EVP_PKEY& key) {
    std::array<char, 40> name{};
    std::size_t bytes = 0;
    if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), &bytes) != 1)
        return false;
    const std::string_view curve(name.data(), bytes);
    return curve == SN_X9_62_prime256v1 || curve == SN_secp384r1;
}

bool is_weak(X509& certificate, const EVP_PKEY& key) {
    int signature_bits = 0;
    X509_get_signature_info(&certificate, nullptr, nullptr, &signature_bits, nullptr);
    if (signature_bits < signature_bits_min)
        return true;
    switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_RSA: return EVP_PKEY_get_bits(&key) < rsa_bits_min;
    case EVP_PKEY_EC: return !is_known_curve(key);
    default: return true;
    }
}

bool is_in_order(const Chain& chain) {
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        X509* const by = chain[i + 1].get();
        if (X509_check_issued(by, chain[i].get()) != X509_V_OK ||
            X509_verify(chain[i].get(), X509_get0_pubkey(by)) != 1)
            return false;
    }
    return true;
}

std::optional<Fault> wrong_with(const Chain& chain, const EVP_PKEY& key) {
    X509& own = *chain.front();
    if (X509_check_private_key(&own, &key) != 1) {
        // With the own certificate last, the key fits that one.
        const bool fits_other = std::ranges::any_of(chain, [&](const auto& each) {
            return X509_check_private_key(each.get(), &key) == 1;
        });
        return fits_other ? Fault::chain_order : Fault::other_key;
    }
    if (!is_in_order(chain))
        return Fault::chain_order;
    if (X509_check_purpose(&own, X509_PURPOSE_SSL_SERVER, 0) != 1)
        return Fault::not_for_page;
    if (is_weak(own, key))
        return Fault::weak_key;
    return std::nullopt;
}

/// OpenSSL judges the whole chain, by the security level of this machine: what it would refuse at
/// the door is refused here, before it is kept.
bool is_taken(const Certificate& certificate) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_server_method()), &SSL_CTX_free
    );
    return context && load(*context, certificate);
}

} // namespace

std::variant<Certificate, Fault>
read_certificate(std::string_view chain_pem, std::string_view key_pem) {
    if (chain_pem.size() > pem_bytes_max || key_pem.size() > pem_bytes_max)
        return Fault::too_large;
    ERR_clear_error();
    auto chain = read_chain(chain_pem);
    if (const auto* fault = std::get_if<Fault>(&chain))
        return *fault;
    auto key = read_key(key_pem);
    if (const auto* fault = std::get_if<Fault>(&key))
        return *fault;
    auto& certificates = std::get<Chain>(chain);
    auto& own_key = std::get<std::shared_ptr<EVP_PKEY>>(key);
    const auto wrong = wrong_with(certificates, *own_key);
    ERR_clear_error();
    if (wrong)
        return *wrong;
    CertificateFacts facts = facts_of(*certificates.front());
    Certificate found{std::move(certificates), std::move(own_key), std::move(facts)};
    const bool is_good = is_taken(found);
    ERR_clear_error();
    if (!is_good)
        return Fault::weak_key;
    return found;
}

bool load(SSL_CTX& context, const Certificate& certificate) {
    if (SSL_CTX_use_certificate(&context, certificate.chain.front().get()) != 1 ||
        SSL_CTX_use_PrivateKey(&context, certificate.key.get()) != 1)
        return false;
    for (std::size_t i = 1; i < certificate.chain.size(); ++i)
        if (SSL_CTX_add1_chain_cert(&context, certificate.chain[i].get()) != 1)
            return false;
    return SSL_CTX_check_private_key(&context) == 1;
}

std::optional<Fault> wrong_time(const CertificateFacts& facts, WallTime now) {
    if (now >= facts.until)
        return Fault::expired;
    return now < facts.from ? std::optional(Fault::not_yet) : std::nullopt;
}

CertificateFacts facts_of(X509& certificate) {
    return {
        names_of(certificate),
        text_of_name(X509_get_subject_name(&certificate)),
        text_of_name(X509_get_issuer_name(&certificate)),
        wall_time(X509_get0_notBefore(&certificate)),
        wall_time(X509_get0_notAfter(&certificate)),
        fingerprint_of(certificate),
        key_fingerprint_of(certificate),
        X509_self_signed(&certificate, 1) == 1};
}

Bytes to_pem(const Certificate& certificate) {
    const BioPointer out(BIO_new(BIO_s_secmem()), &BIO_free);
    ensure(out != nullptr);
    ensure(
        PEM_write_bio_PrivateKey(
            out.get(), certificate.key.get(), nullptr, nullptr, 0, nullptr, nullptr
        ) == 1
    );
    for (const auto& each : certificate.chain)
        ensure(PEM_write_bio_X509(out.get(), each.get()) == 1);
    return content_of(*out);
}

bool is_for(const CertificateFacts& facts, std::string_view name) {
    return std::ranges::any_of(facts.names, [&](const std::string& each) {
        if (each == name)
            return true;
        const std::size_t dot = name.find('.');
        return each.starts_with("*.") && dot != std::string_view::npos && dot > 0 &&
               std::string_view(each).substr(1) == name.substr(dot);
    });
}

bool is_signed_by_known_authority(const Certificate& certificate) {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(
        X509_STORE_new(), &X509_STORE_free
    );
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> asked(
        X509_STORE_CTX_new(), &X509_STORE_CTX_free
    );
    const auto release = [](STACK_OF(X509) * all) { sk_X509_free(all); };
    const std::unique_ptr<STACK_OF(X509), decltype(release)> others(sk_X509_new_null(), release);
    if (!store || !asked || !others || X509_STORE_set_default_paths(store.get()) != 1)
        return false;
    for (std::size_t i = 1; i < certificate.chain.size(); ++i)
        sk_X509_push(others.get(), certificate.chain[i].get());
    X509* const own = certificate.chain.front().get();
    const bool is_begun = X509_STORE_CTX_init(asked.get(), store.get(), own, others.get()) == 1 &&
                          X509_STORE_CTX_set_purpose(asked.get(), X509_PURPOSE_SSL_SERVER) == 1;
    const bool is_known = is_begun && X509_verify_cert(asked.get()) == 1;
    ERR_clear_error();
    return is_known;
}

} // namespace staffroom::tls
