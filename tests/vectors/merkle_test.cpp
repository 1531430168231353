#include "protocol/base/text.hpp"
#include "protocol/log/tree_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/support/vectors.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <optional>

namespace {

namespace json = boost::json;

using staffroom::LogSize;
using staffroom::Position;
using staffroom::TreeHash;
using staffroom::log::Proof;
using staffroom::log::Sha256;

// Nothing when the vector states something that is no hash of 32 bytes: our types refuse it.
std::optional<TreeHash> hash_in(const json::value& text) {
    return TreeHash::from(staffroom::tests::bytes_from_base64(text.as_string()));
}

std::optional<Proof> proof_in(const json::value& list) {
    Proof proof;
    if (list.is_null())
        return proof;
    for (const json::value& text : list.as_array()) {
        const auto hash = hash_in(text);
        if (!hash)
            return std::nullopt;
        proof.push_back(*hash);
    }
    return proof;
}

std::uint64_t number_in(const json::object& test, std::string_view name) {
    return test.at(name).to_number<std::uint64_t>();
}

bool accepts_inclusion(const json::object& test) {
    const auto leaf = hash_in(test.at("leafHash"));
    const auto root = hash_in(test.at("root"));
    const auto proof = proof_in(test.at("proof"));
    if (!leaf || !root || !proof)
        return false;
    const Position position{number_in(test, "leafIdx")};
    const LogSize size{number_in(test, "treeSize")};
    return staffroom::log::check_inclusion<Sha256>(position, size, *leaf, *proof, *root)
        .has_value();
}

bool accepts_consistency(const json::object& test) {
    const auto old_root = hash_in(test.at("root1"));
    const auto new_root = hash_in(test.at("root2"));
    const auto proof = proof_in(test.at("proof"));
    if (!old_root || !new_root || !proof)
        return false;
    const staffroom::log::OldSize old_size{LogSize{number_in(test, "size1")}};
    const staffroom::log::NewSize new_size{LogSize{number_in(test, "size2")}};
    return staffroom::log::check_consistency<Sha256>(
               old_size, new_size, *old_root, *new_root, *proof
    )
        .has_value();
}

struct Tally {
    std::size_t accepted = 0;
    std::size_t refused = 0;
};

template <class Accepts> Tally run_all(std::string_view file, Accepts accepts) {
    const json::value document = staffroom::tests::load_vectors(file);
    Tally tally;
    for (const json::value& entry : document.as_array()) {
        const json::object& test = entry.as_object();
        const bool is_accepted = accepts(test);
        CAPTURE(std::string(test.at("name").as_string()));
        CHECK(is_accepted != test.at("wantErr").as_bool());
        ++(is_accepted ? tally.accepted : tally.refused);
    }
    return tally;
}

} // namespace

TEST_CASE("merkle vectors: every inclusion proof is judged as published", "[merkle-inclusion]") {
    const Tally tally = run_all("merkle-inclusion.json", accepts_inclusion);

    CHECK(tally.accepted + tally.refused == 48);
    CHECK(tally.accepted == 3);
}

TEST_CASE(
    "merkle vectors: every consistency proof is judged as published", "[merkle-consistency]"
) {
    const Tally tally = run_all("merkle-consistency.json", accepts_consistency);

    CHECK(tally.accepted + tally.refused == 52);
    CHECK(tally.accepted == 4);
}

TEST_CASE(
    "merkle vectors: the reference tree has the published root at every size",
    "[merkle-rfc6962-reference-tree]"
) {
    const json::value document =
        staffroom::tests::load_vectors("merkle-rfc6962-reference-tree.json");
    const json::array& inputs = document.at("leaf_inputs_hex").as_array();
    const json::array& roots = document.at("root_by_size_hex").as_array();
    REQUIRE(inputs.size() == 8);
    REQUIRE(roots.size() == 9);

    staffroom::log::CompactRange range;
    for (std::size_t size = 0; size < roots.size(); ++size) {
        if (size > 0) {
            const auto header = staffroom::from_hex(inputs[size - 1].as_string());
            REQUIRE(header);
            const TreeHash leaf = staffroom::log::leaf_hash<Sha256>(*header);
            staffroom::log::append_leaves<Sha256>(range, std::span(&leaf, 1));
        }
        const auto root = staffroom::log::root_of<Sha256>(range);
        CAPTURE(size);
        REQUIRE(root);
        CHECK(staffroom::to_hex(root->view()) == std::string_view(roots[size].as_string()));
    }
}
