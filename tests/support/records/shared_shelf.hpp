// A library over records that stand in several spaces: two networks and the school's own. For tests
// of readers who are not in all of them.
#pragma once

#include "tests/support/records/shelf.hpp"

#include <array>

namespace staffroom::tests {

class SharedShelf {
public:
    static constexpr std::size_t spaces = 3; // the last is the school's own
    using Written = Shelf::Written;

    [[nodiscard]] services::LibraryView as(services::Reader reader) const {
        return library_.as(std::move(reader));
    }
    [[nodiscard]] const SpaceId& space(std::size_t number) const {
        return builders_.at(number).state().descriptor.space;
    }
    /// A bare draft of network reach: an adoption, or a comment.
    [[nodiscard]] replica::RecordDraft draft(const std::string& title, bool is_adoption) const {
        using records::RecordKind;
        return maker_.draft(title, is_adoption ? RecordKind::adoption : RecordKind::comment);
    }
    Written write(const SchoolId& school, const replica::RecordDraft& draft) {
        return maker_.write(school, draft);
    }
    /// Lets it arrive in a space; the same entry may arrive in several.
    void keep(const Written& entry, std::size_t number) {
        LogBuilder& builder = builders_.at(number);
        REQUIRE(store_->commit(batch_of(
            builder.append({{entry.id, entry.header, replica::BodyState::have, entry.body}})
        )));
        std::vector<services::LogExtent> extents;
        for (const LogBuilder& each : builders_)
            extents.push_back({each.id(), each.state().descriptor.space, each.state().stored});
        REQUIRE(library_.update(extents));
    }
    RevisionId put(const SchoolId& school, const replica::RecordDraft& draft, std::size_t number) {
        const Written entry = write(school, draft);
        keep(entry, number);
        return entry.id;
    }

private:
    Shelf maker_; // writes entries and keeps none
    TornFileSystem files_;
    std::unique_ptr<storage::Store> store_ = Shelf::open(files_);
    services::Library library_{*store_};
    std::array<LogBuilder, spaces> builders_{
        LogBuilder({.seed = 11}), LogBuilder({.seed = 12}), LogBuilder({.seed = 13})};
};

} // namespace staffroom::tests
