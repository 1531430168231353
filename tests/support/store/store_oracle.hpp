// The content that a store must hold, as plain maps: the slow obvious twin of storage. It compares
// itself with a store and says in words where they differ.
#pragma once

#include "storage/store/store.hpp"

#include <set>

namespace staffroom::tests {

class StoreOracle {
public:
    void apply(const replica::StoreBatch& batch);
    /// Empty when the store holds exactly this; else the first difference.
    [[nodiscard]] std::string difference(const storage::Store& store) const;
    /// Empty when every entry and every body that was committed is here.
    [[nodiscard]] std::string absent(const storage::Store& store) const;
    /// Empty when every value that the store gives is one that was committed, for rows at any time;
    /// fewer, or an error, is fine: damage may cost what came last, and neighbours give it again.
    [[nodiscard]] std::string wrong_value(const storage::Store& store) const;

private:
    struct Entry {
        RevisionId revision;
        SharedBytes header;
        replica::BodyState state;
        replica::BodyBytes body;
    };
    struct Log {
        std::vector<Entry> entries;
        TreeHash root;
    };
    [[nodiscard]] std::string compare_log(const storage::Store& store, const LogId& id) const;
    [[nodiscard]] std::string compare_image(const storage::Store& store) const;

    std::map<LogId, Log> logs_;
    using RowName = std::pair<replica::RowKind, Bytes>;
    std::map<RowName, Bytes> rows_;
    std::map<RowName, std::set<Bytes>> past_; // every value that a row ever had
};

} // namespace staffroom::tests
