// Fetches attached files: finds the entries that still lack files and the neighbours to ask, checks
// pieces as they come, and keeps them one after the other, so that a cut line goes on where it was.
// A file is asked of a neighbour only while no log is fetched from it: text never waits behind a
// file. Entries without files cost nothing here. [S11] [S12] [S13] [A14]
//
//   wanted entry -> read its body -> which files are not here -> for each:
//     WantFile -> FileFound (hashes, checked) -> what a partial file holds -> WantPieces -> pieces
#pragma once

#include "protocol/replica/files/file_serve.hpp"
#include "protocol/replica/files/wanted_files.hpp"
#include "protocol/replica/ports/part.hpp"
#include "protocol/replica/transfer/fetch.hpp"

namespace staffroom::replica {

class FileFetcher : public Part {
public:
    struct Parts {
        Context& context;
        Logbook& logbook;
        const Spaces& spaces;
        Links& links;
        const Fetcher& fetcher;
        FileServer& server;
        FilePlaces& places;
    };
    explicit FileFetcher(const Parts& parts)
        : context_(parts.context)
        , logbook_(parts.logbook)
        , spaces_(parts.spaces)
        , links_(parts.links)
        , fetcher_(parts.fetcher)
        , server_(parts.server)
        , places_(parts.places)
        , wanted_(parts.logbook) {}

    /// Sets who knows the lines to other networks. Call once; it outlives this.
    void reach_far(const FarFiles& far) {
        far_ = &far;
        wanted_.reach_far(far);
    }
    [[nodiscard]] Result<void> restore(const Image& image) override {
        wanted_.restore(image);
        return {};
    }
    /// Remembers an entry that became durable and whose header says that files belong to it.
    void wanted(const EntryPlace& entry) { wanted_.add(entry); }
    /// Remembers an entry whose files were here and are not all readable any more, like a new one.
    void wanted_again(const EntryPlace& entry);
    /// Called when a body that was missing has arrived.
    void body_filled(const EntryPlace& entry) { wanted_.try_again(entry); }
    /// Called when a file has come in from this machine: records of this school may name it.
    void brought_in() { wanted_.try_all_again_of(context_.school); }

    /// Takes the answer to a question for a file. Errors close the link: bad_proof (hashes or a
    /// piece that do not lead to the content hash), malformed (a piece that nobody asked for).
    [[nodiscard]] Result<void> found(Link& link, const wire::FileFound& message);
    [[nodiscard]] Result<void> piece_arrived(Link& link, const wire::FilePiece& message);
    void announced(Link& link, const wire::FileHere& message);
    /// Gives up what is under way for entries whose files are not kept here any more. [E3]
    void drop_withheld();

    void load_finished(LoadId id, const Result<Loaded>& outcome) override;
    void work_finished(FileWorkId id, const Result<FileResult>& outcome) override;
    void link_closed(const Link& link, Errc why) override;
    void log_cut(const LogId& id) override;
    void judge_again() { wanted_.rewind_all(); }
    /// Begins and continues every job that can go on; called after every input. Costs nothing while
    /// nothing is wanted.
    void pump() override;
    void tick() override;

    /// Tells whether files of this space are on their way.
    [[nodiscard]] bool is_fetching(const SpaceId& space) const;
    [[nodiscard]] bool is_busy() const override { return !jobs_.empty(); }
    /// Tells whether the disk refused a piece a short while ago.
    [[nodiscard]] bool is_paused() const { return context_.now < paused_until_; }
    /// Counts the entries of this space with files that are not here, as far as has been looked.
    [[nodiscard]] std::size_t wanted_count(const SpaceId& space) const {
        return wanted_.count(space);
    }
    [[nodiscard]] std::vector<Row> take_rows() override { return std::exchange(rows_, {}); }

private:
    using JobId = std::uint64_t;
    enum class Phase : std::uint8_t { reading, finding, ready, asking, resuming, receiving };
    /// A job: the files of one entry, from one neighbour, one after the other.
    struct Job {
        JobId id;
        EntryPlace entry;
        SpaceId space;
        LinkId link;
        Phase phase = Phase::reading;
        std::optional<EntryNames> names{}; // once it was read
        std::vector<FileName> files{};
        std::size_t at = 0;                 // the file under way
        bool is_short = false;              // something is not to be had from this neighbour now
        std::optional<Digest> blocked_by{}; // a file that another job is fetching in this space
        std::uint32_t slot = 0;
        std::uint32_t stream = 0;
        records::SharedPieceHashes pieces{};
        std::uint32_t asked = 0;    // pieces [0, asked) have been asked for or are here
        std::uint32_t received = 0; // pieces [0, received) have been checked
        std::uint32_t kept = 0;     // pieces [0, kept) are in the partial file
        bool is_keeping = false;
        std::deque<SharedBytes> waiting{}; // pieces [kept, received)
        Instant progress{0};
    };
    enum class End : std::uint8_t { complete, in_vain, failed };

    [[nodiscard]] bool is_withheld(const Job& job, BodyState state) const;
    [[nodiscard]] bool may_ask(const Link& link) const;
    void pump_link(Link& link);
    void begin(LinkId link, const EntryPlace& entry);
    void go_on(JobId id, Job& job);
    [[nodiscard]] End how_it_ended(const Job& job);
    void looked(JobId id, Job& job, const FoundFiles& found);
    void work(JobId id, const Job& job, FileWork what);
    void ask_file(Job& job);
    void ask_pieces(Link& link, Job& job);
    void keep_next(JobId id, Job& job);
    void next_file(Job& job);
    void file_missing(Job& job);
    void file_is_whole(Job& job);
    void progressed(JobId id, Job& job, const FileProgress& progress);
    void end(JobId id, End how);
    [[nodiscard]] Job* job_of_stream(LinkId link, std::uint32_t stream, JobId* id);
    [[nodiscard]] std::size_t under_way(LinkId link) const;

    Context& context_;
    Logbook& logbook_;
    const Spaces& spaces_;
    Links& links_;
    const Fetcher& fetcher_;
    FileServer& server_;
    FilePlaces& places_;
    const FarFiles* far_ = nullptr;
    WantedFiles wanted_;
    std::map<JobId, Job> jobs_;
    std::map<LoadId, JobId> loads_;
    struct Work {
        JobId job;
        std::uint32_t stream; // for which it was done: the job may have gone on since
    };
    std::map<FileWorkId, Work> works_;
    std::map<std::pair<SpaceId, Digest>, JobId> transfers_; // one partial file has one writer
    /// A job that waits for a file that another entry is fetching. Only this neighbour is asked
    /// again then: two entries that name a file nobody has would otherwise send each other round
    /// for ever.
    struct Postponed {
        EntryPlace entry;
        LinkId link;
    };
    std::vector<Postponed> postponed_;
    std::vector<Row> rows_;
    JobId last_job_ = 0;
    std::uint32_t last_stream_ = 0;
    Instant paused_until_{0};
    Instant next_rewind_{0};
    Instant next_second_try_{0};
};

} // namespace staffroom::replica
