// verify --evidence: a file of receipts, checked without a node and without a network. [E6]
#include "cli/commands/school/evidence.hpp"

#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/log/descriptor.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/notice.hpp"

#include <fstream>
#include <iterator>

namespace staffroom::cli {

namespace {

constexpr std::size_t evidence_bytes_max = std::size_t{64} << 20U;

/// What a file of receipts is about.
struct Claim {
    NetworkId network;
    LogId log;
    Position position;
};

struct CheckedReceipt {
    std::string school; // by its chain; empty: there is none
    std::optional<WallTime> since{};
    std::string trouble{}; // empty: it is good
};

Failure no_evidence(const std::filesystem::path& file, const std::string& why) {
    return {
        file.string() + " " + why,
        "write one with `staffroom erasure receipts ID -o FILE`.",
        ExitCode::usage};
}

std::optional<Claim> claim_of(const boost::json::value& document) {
    const auto network = id_from_base32<NetworkId>(text_at(field_at(document, "network"), "id"));
    const auto log = id_from_base32<LogId>(text_at(document, "log"));
    if (!network || !log)
        return std::nullopt;
    return Claim{*network, *log, Position{count_at(document, "position")}};
}

CheckedReceipt
check_receipt(const boost::json::value& receipt, const Claim& claim, crypto::Verifier& verifier) {
    const auto chain_bytes = from_base32(text_at(receipt, "chain"));
    const auto notice_bytes = from_base32(text_at(receipt, "notice"));
    const auto chain = chain_bytes ? identity::IdentityChain::parse(*chain_bytes, verifier)
                                   : Result<identity::IdentityChain>(fail(Errc::malformed));
    if (!chain)
        return {"", {}, "its identity chain does not certify itself"};
    CheckedReceipt checked{to_base32(chain->school())};
    const auto signed_notice = notice_bytes ? network::decode_signed_notice(*notice_bytes)
                                            : Result<network::SignedNotice>(fail(Errc::malformed));
    if (!signed_notice || signed_notice->notice.kind != network::NoticeKind::erasures) {
        checked.trouble = "it is no receipt";
        return checked;
    }
    const network::Notice& notice = signed_notice->notice;
    const auto* node = chain->find_signing(notice.node_key);
    const auto said = network::parse_receipt(notice.content);
    if (notice.school != chain->school() || node == nullptr || node->revoked)
        checked.trouble = "no key of this school that is in force has signed it";
    else if (!network::check_notice(*signed_notice, verifier))
        checked.trouble = "its signature is wrong";
    else if (notice.space != log::space_of(claim.network))
        checked.trouble = "it is of another network";
    else if (!said || !std::ranges::any_of(said->logs, [&](const network::CarriedOut& each) {
                 return each.log == claim.log && each.size.value > claim.position.value;
             }))
        checked.trouble = "it does not reach this order";
    else
        checked.since = said->since;
    return checked;
}

boost::json::object receipt_json(const CheckedReceipt& receipt) {
    return {
        {"school", receipt.school},
        {"good", receipt.trouble.empty()},
        {"since_ms", receipt.since ? boost::json::value(receipt.since->ms) : nullptr},
        {"trouble", receipt.trouble}};
}

} // namespace

Outcome<ExitCode> verify_evidence(const std::filesystem::path& file, Output& output) {
    std::ifstream stream(file, std::ios::binary);
    std::string text;
    if (stream)
        text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    if (!stream || text.size() > evidence_bytes_max)
        return no_evidence(file, "cannot be read.");
    boost::system::error_code error;
    const auto document = boost::json::parse(text, error);
    const auto claim = error ? std::nullopt : claim_of(document);
    if (!claim)
        return no_evidence(file, "holds no receipts.");
    crypto::SodiumVerifier verifier;
    boost::json::array receipts;
    std::size_t good = 0;
    for (const auto& receipt : list_at(document, "receipts")) {
        const CheckedReceipt checked = check_receipt(receipt, *claim, verifier);
        good += checked.trouble.empty() ? 1U : 0U;
        receipts.push_back(receipt_json(checked));
        if (output.json())
            continue;
        const std::string school = checked.school.empty() ? "unknown" : checked.school;
        if (checked.trouble.empty())
            output.verdict(
                Tone::good, "good", " " + school + " since " + time_text(checked.since->ms)
            );
        else
            output.verdict(Tone::bad, "bad ", " " + school + ": " + checked.trouble);
    }
    const std::size_t count = receipts.size();
    if (output.json())
        output.document(boost::json::object{
            {"order", text_at(document, "id")}, {"good", good}, {"receipts", std::move(receipts)}});
    else
        output.line(std::to_string(good) + " of " + counted(count, "receipt") + " good.");
    return good == count && count > 0 ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
