// The entries that still lack files, and the ones that a neighbour can be asked about next. Knows
// no message and no file; file_fetch does the asking. Each neighbour has a cursor over the sorted
// entries: nothing before it can be asked there, so an idle look costs nothing. [S13]
#pragma once

#include "protocol/replica/files/far_files.hpp"
#include "protocol/replica/links/links.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/logs/record_files.hpp"

namespace staffroom::replica {

class WantedFiles {
public:
    explicit WantedFiles(const Logbook& logbook)
        : logbook_(logbook) {}

    /// Sets who knows the lines to other networks. Call once; it outlives this.
    void reach_far(const FarFiles& far) { far_ = &far; }
    void restore(const Image& image);
    [[nodiscard]] bool is_empty() const { return wanted_.empty(); }
    [[nodiscard]] bool contains(const EntryPlace& entry) const { return wanted_.count(entry) > 0; }
    void add(const EntryPlace& entry);
    void remove(const EntryPlace& entry);

    /// Returns the next entry that this neighbour can be asked about; nobody else gets it until
    /// `put_back` or `remove`.
    [[nodiscard]] std::optional<EntryPlace> take_next(Link& link);
    /// Returns the next entry whose files nobody has looked for here yet; otherwise as `take_next`.
    [[nodiscard]] std::optional<EntryPlace> take_unseen();
    void put_back(const EntryPlace& entry);
    /// Puts an entry back as `put_back` does; this neighbour is not asked again until one of the
    /// next three. Where one of them came since it was taken, it is asked again at once: an answer
    /// and the news that follows it are often read together, or the news overtakes a slow disk.
    void put_back_in_vain(const EntryPlace& entry, LinkId link);

    /// Allows this neighbour to be asked about it again: it has more now, or was not asked for all.
    void try_again(const EntryPlace& entry, LinkId link);
    /// Allows everybody to be asked about it again.
    void try_again(const EntryPlace& entry);
    void try_all_again();
    /// Allows the same for the records of this school alone.
    void try_all_again_of(const SchoolId& school);
    /// Looks at every entry again, because some may have become askable meanwhile.
    void rewind_all() { cursors_.clear(); }
    void link_closed(LinkId link);

    /// Looks at the entries of a log again, because it may count further than before.
    void look_again(const LogId& log);

    /// Tells whether an entry counts: files of others are not asked for.
    [[nodiscard]] bool counts(const EntryPlace& entry) const;
    /// Counts the entries of a space that count.
    [[nodiscard]] std::size_t count(const SpaceId& space) const;

private:
    struct Wanted {
        std::optional<LinkId> taken_by{}; // by no link: 0
        std::set<LinkId> in_vain{};       // asked, and not all was there
        bool is_stale = false; // its taker has more since: what was found says nothing any more
    };
    static void take(Wanted& wanted, LinkId link);
    void rewind(const EntryPlace& entry);
    [[nodiscard]] bool can_ask(Link& link, const EntryPlace& entry, const Wanted& wanted) const;

    const Logbook& logbook_;
    const FarFiles* far_ = nullptr;
    std::map<EntryPlace, Wanted> wanted_;
    std::set<EntryPlace> unseen_;                         // not taken since they were added
    std::map<LinkId, std::optional<EntryPlace>> cursors_; // none: no entry can be asked about
};

} // namespace staffroom::replica
