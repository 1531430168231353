// The reader of this node's records, and what it may see. This is the one place that decides: every
// question to the library, the search, the export, the files and the events brings a Reader, and a
// record that its reader may not see does not exist for it. Not here: what a person may do
// (http/answers/caller says whom a request stands for). A value; safe from every thread.
#pragma once

#include "node/accounts/base/held_documents.hpp"
#include "protocol/base/ids.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace staffroom::services {

/// A reader. It has no default: nobody becomes a reader by accident.
class Reader {
public:
    /// Makes a reader that sees everything: it may open the Unix socket or has the token of this
    /// machine.
    [[nodiscard]] static Reader machine_owner() { return Reader(std::nullopt); }
    /// Makes a reader that sees everything: the node's own work, such as the search index and the
    /// checks of publishing.
    [[nodiscard]] static Reader node_itself() { return Reader(std::nullopt); }
    /// Makes a reader that sees the records shared with a network in one of these spaces: no draft,
    /// and nothing that stays within the school.
    [[nodiscard]] static Reader in_spaces(std::set<SpaceId> spaces) {
        return Reader(std::move(spaces));
    }
    /// Somebody of this school: sees what is shared in the school and in its networks, and of the
    /// drafts those that they hold. A lead is no exception: a draft is nobody else's business.
    [[nodiscard]] static Reader staff(std::shared_ptr<const accounts::HeldDocuments> held) {
        Reader reader{std::set<SpaceId>()};
        reader.held_ = std::move(held);
        return reader;
    }
    /// Looks after the machine: no record, not even its title, and what happens to the node.
    [[nodiscard]] static Reader technician() {
        Reader reader{std::set<SpaceId>()};
        reader.hears_node_ = true;
        return reader;
    }

    /// Tells whether it sees everything, so that nothing needs to be asked about each record.
    [[nodiscard]] bool sees_all() const { return !spaces_; }
    /// Whether it is given records at all; a technician and a stranger are not.
    [[nodiscard]] bool reads_records() const { return sees_all() || is_staff(); }
    /// Whether it may see a revision of this reach of a document, which stands in these spaces.
    [[nodiscard]] bool
    may_see(std::uint32_t reach, const std::set<SpaceId>& spaces, const RevisionId& document) const;
    /// Whether it is told of what happens to the node and is about no record.
    [[nodiscard]] bool hears_node() const { return sees_all() || hears_node_ || held_ != nullptr; }
    /// Those of the spaces of a record that it may know of.
    [[nodiscard]] std::set<SpaceId> known_of(const std::set<SpaceId>& spaces) const;
    [[nodiscard]] bool knows(const SpaceId& space) const;

private:
    explicit Reader(std::optional<std::set<SpaceId>> spaces)
        : spaces_(std::move(spaces)) {}

    [[nodiscard]] bool is_staff() const { return held_ != nullptr; }

    std::optional<std::set<SpaceId>> spaces_;               // none: everything
    std::shared_ptr<const accounts::HeldDocuments> held_{}; // null: not of this school
    bool hears_node_ = false;
};

} // namespace staffroom::services
