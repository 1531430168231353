// Serves attached files: a neighbour names the entry whose body names the file, gets the hashes of
// all pieces, then pieces, at most four under way on a link and one loaded at a time. Chunks go
// first: a piece is loaded only while little waits to be sent. Not here: what a neighbour may see
// (serve), and fetching. [S11] [S12] [A14]
#pragma once

#include "protocol/replica/files/far_files.hpp"
#include "protocol/replica/files/file_places.hpp"
#include "protocol/replica/logs/record_files.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/transfer/serve.hpp"

#include <deque>

namespace staffroom::replica {

class FileServer : public Part {
public:
    FileServer(
        Context& context,
        Logbook& logbook,
        Links& links,
        const Server& server,
        const FilePlaces& places
    )
        : context_(context)
        , logbook_(logbook)
        , links_(links)
        , server_(server)
        , places_(places) {}

    /// Sets who knows the lines to other networks. Call once; it outlives this.
    void reach_far(FarFiles& far) { far_ = &far; }
    /// Takes a question for a file. Errors: too_large (more questions than allowed).
    [[nodiscard]] Result<void> want(Link& link, const wire::WantFile& asked);
    /// Takes a question for pieces. Errors: too_large (more pieces than allowed), out_of_range
    /// (pieces that the file does not have).
    [[nodiscard]] Result<void> want_pieces(Link& link, const wire::WantPieces& want);

    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void work_finished(FileWorkId id, const Result<FileResult>& outcome) override;
    void queue_drained(const Link& link) override { pump_link(link.id); }
    void pump() override;
    void link_closed(const Link& link, Errc why) override;
    /// Tells the neighbours that asked for it in this space in vain.
    void file_arrived(const SpaceId& space, const Digest& hash);
    /// Tells the neighbours that asked in vain by records of this school: the file came in from
    /// this machine.
    void file_brought_in(const Digest& hash);
    /// Returns the entries whose files turned out damaged here since the last call.
    [[nodiscard]] std::vector<EntryPlace> take_damaged() { return std::exchange(damaged_, {}); }

private:
    using Slot = std::pair<LinkId, std::uint32_t>;
    struct Open {
        std::uint32_t stream;
        EntryPlace entry;
        EntryNames names;
        FileName file;
        std::deque<std::uint32_t> pieces{}; // asked and not yet sent
    };
    struct Asked {
        LinkId link;
        wire::WantFile want;
    };
    struct Finding {
        Asked asked;
        EntryNames names;
        FileName file;
    };
    struct Sending {
        Slot slot;
        std::uint32_t stream;
        std::uint32_t index;
    };

    void answer(Link& link, const wire::WantFile& want, wire::FileState state);
    void not_held(Link& link, const wire::WantFile& want, bool is_carried = false);
    [[nodiscard]] bool may_have(Link& link, const EntryPlace& entry) const;
    [[nodiscard]] bool has_to_wait(const Link& link) const;
    void found(const Finding& finding, const Result<FileResult>& outcome);
    void loaded_piece(const Sending& sending, const Result<FileResult>& outcome);
    void pump_link(LinkId link);
    void forget(const Slot& slot) { open_.erase(slot); }
    [[nodiscard]] bool belongs(const LogRecord& record, const Digest& hash, bool is_carried) const;
    using Absent = std::map<LinkId, std::set<std::pair<Digest, EntryPlace>>>;
    void announce(
        Absent& absent,
        const Digest& hash,
        const std::function<bool(const log::LogDescriptor&)>& where
    );
    [[nodiscard]] std::size_t questions(LinkId link) const;

    Context& context_;
    Logbook& logbook_;
    Links& links_;
    const Server& server_;
    const FilePlaces& places_;
    std::map<LoadId, Asked> loads_;
    std::map<FileWorkId, Finding> findings_;
    std::map<FileWorkId, Sending> sendings_;
    std::map<Slot, Open> open_;
    FarFiles* far_ = nullptr;
    std::deque<Asked> held_; // while nobody can tell whether they may be answered
    Absent absent_;          // asked for in vain
    Absent absent_carried_;  // likewise, by entries that carry another network's record
    std::vector<EntryPlace> damaged_;
};

} // namespace staffroom::replica
