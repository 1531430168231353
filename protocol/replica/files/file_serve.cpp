#include "protocol/replica/files/file_serve.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"

namespace staffroom::replica {
namespace {

/// The most questions of one link that are looked up: one a slot, and as many that were given up.
constexpr std::size_t questions_max = 4 * limits::file_slots_per_link_max;
/// While more than this waits to be sent, no piece is loaded: chunks are never far behind one.
constexpr std::size_t unsent_bytes_max = limits::piece_bytes;

std::uint32_t slot_of(std::uint32_t stream) {
    return stream % static_cast<std::uint32_t>(limits::file_slots_per_link_max);
}

/// Returns the file of this name among those that travel with the entry.
std::optional<FileName> named_file(const LoadedChunk& chunk, const Digest& hash) {
    if (chunk.entries.empty() || chunk.entries.front().state != BodyState::have)
        return std::nullopt;
    const auto files = files_of(*chunk.entries.front().header, chunk.entries.front().body);
    if (!files)
        return std::nullopt;
    const auto at = std::find_if(files->begin(), files->end(), [&](const FileName& file) {
        return file.hash == hash;
    });
    return at == files->end() ? std::nullopt : std::optional(*at);
}

} // namespace

std::size_t FileServer::questions(LinkId link) const {
    std::size_t count = 0;
    for (const auto& [id, asked] : loads_)
        count += asked.link == link ? 1U : 0U;
    for (const auto& [id, finding] : findings_)
        count += finding.asked.link == link ? 1U : 0U;
    for (const Asked& asked : held_)
        count += asked.link == link ? 1U : 0U;
    return count;
}

Result<void> FileServer::want(Link& link, const wire::WantFile& asked) {
    if (questions(link.id) >= questions_max)
        return fail(Errc::too_large, "questions for files");
    forget({link.id, slot_of(asked.stream)});
    if (has_to_wait(link)) {
        held_.push_back({link.id, asked});
        return {};
    }
    wire::WantFile want = asked;
    if (is_far(link.meeting) && far_ != nullptr) {
        const EntryPlace here = far_->meant_here(link, {asked.log, asked.position});
        want.log = here.log;
        want.position = here.position;
    }
    const LogRecord* record = logbook_.find(want.log);
    if (!may_have(link, {want.log, want.position})) {
        answer(link, want, wire::FileState::refused);
        return {};
    }
    if (want.position.value >= record->counted().value) {
        not_held(link, want);
        return {};
    }
    const LoadId load = context_.load(load_entry({want.log, want.position}));
    loads_.emplace(load, Asked{link.id, want});
    return {};
}

void FileServer::answer(Link& link, const wire::WantFile& want, wire::FileState state) {
    send_message(context_, link, wire::FileFound{want.stream, state, 0, {}});
}

/// Tells whether this neighbour may have the files of this entry: a member what its network has, a
/// gateway of another network those of records that cross to it.
bool FileServer::may_have(Link& link, const EntryPlace& entry) const {
    if (is_far(link.meeting))
        return far_ != nullptr && far_->gives(link, entry);
    return server_.may_see(link, logbook_.find(entry.log));
}

/// What crosses is being read anew: "refused" now would say that it does not cross.
bool FileServer::has_to_wait(const Link& link) const {
    return is_far(link.meeting) && far_ != nullptr && !far_->can_tell();
}

void FileServer::pump() {
    if (held_.empty() || far_ == nullptr || !far_->can_tell())
        return;
    for (const Asked& asked : std::exchange(held_, {}))
        if (Link* link = links_.find(asked.link); link != nullptr && !link->closing)
            static_cast<void>(want(*link, asked.want)); // counted when it came
}

/// Answers "not held" and remembers who asked, so that nobody has to ask twice.
void FileServer::not_held(Link& link, const wire::WantFile& want, bool is_carried) {
    auto& absent = (is_carried ? absent_carried_ : absent_)[link.id];
    if (absent.size() < limits::absent_files_per_link)
        absent.emplace(want.hash, EntryPlace{want.log, want.position});
    answer(link, want, wire::FileState::not_held);
}

void FileServer::load_finished(LoadId id, const Result<Loaded>& outcome) {
    auto node = loads_.extract(id);
    if (node.empty())
        return;
    const Asked& asked = node.mapped();
    Link* link = links_.find(asked.link);
    if (link == nullptr)
        return;
    const auto* chunk = outcome ? std::get_if<LoadedChunk>(&*outcome) : nullptr;
    const LogRecord* record = logbook_.find(asked.want.log);
    const bool has_words = record != nullptr && chunk != nullptr && !chunk->entries.empty() &&
                           chunk->entries.front().state == BodyState::have;
    if (!has_words) {
        not_held(*link, asked.want);
        return;
    }
    const LoadedEntry& entry = chunk->entries.front();
    const auto names = names_of(record->descriptor, *entry.header, entry.body);
    const bool is_withheld = logbook_.withholds_files(record->descriptor.space, names);
    const auto file = named_file(*chunk, asked.want.hash);
    if (!file || is_withheld) {
        answer(*link, asked.want, wire::FileState::refused);
        return;
    }
    // This is judged before the disk is asked: the answer takes as long as for a file that is
    // nowhere here.
    if (!belongs(*record, file->hash, names.carried.has_value())) {
        not_held(*link, asked.want, names.carried.has_value());
        return;
    }
    const FileWorkId work = context_.work_on_file(LoadHashes{*file});
    findings_.emplace(work, Finding{asked, names, *file});
}

void FileServer::work_finished(FileWorkId id, const Result<FileResult>& outcome) {
    if (auto finding = findings_.extract(id); !finding.empty())
        found(finding.mapped(), outcome);
    else if (auto sending = sendings_.extract(id); !sending.empty())
        loaded_piece(sending.mapped(), outcome);
}

void FileServer::found(const Finding& finding, const Result<FileResult>& outcome) {
    const wire::WantFile& want = finding.asked.want;
    const EntryPlace entry{want.log, want.position};
    if (!outcome && outcome.error().code == Errc::corrupt)
        damaged_.push_back(entry);
    Link* link = links_.find(finding.asked.link);
    if (link == nullptr)
        return;
    const auto* loaded = outcome ? std::get_if<LoadedHashes>(&*outcome) : nullptr;
    if (loaded == nullptr) {
        not_held(*link, want);
        return;
    }
    open_.insert_or_assign(
        {link->id, slot_of(want.stream)}, Open{want.stream, entry, finding.names, finding.file}
    );
    send_message(
        context_,
        *link,
        wire::FileFound{want.stream, wire::FileState::have, finding.file.size, *loaded->pieces}
    );
}

Result<void> FileServer::want_pieces(Link& link, const wire::WantPieces& want) {
    const auto at = open_.find({link.id, slot_of(want.stream)});
    if (at == open_.end() || at->second.stream != want.stream)
        return {}; // a question for a file that was given up
    Open& open = at->second;
    // A member that belonged when the file was asked for may have been removed since.
    // So may what its author wrote behind a cut, and what an order takes away, of which the disk is
    // perhaps not done yet.
    const LogRecord* record = logbook_.find(open.entry.log);
    const bool may_go_on = has_to_wait(link) || may_have(link, open.entry);
    if (!may_go_on || open.entry.position.value >= record->counted().value ||
        logbook_.withholds_files(record->descriptor.space, open.names)) {
        send_message(context_, link, wire::FileFound{want.stream, wire::FileState::refused, 0, {}});
        open_.erase(at);
        return {};
    }
    const std::uint64_t end = std::uint64_t{want.first} + want.count;
    if (end > records::piece_count(open.file.size))
        return fail(Errc::out_of_range, "pieces that the file has not");
    std::size_t under_way = want.count;
    for (auto one = open_.lower_bound({link.id, 0});
         one != open_.end() && one->first.first == link.id;
         ++one)
        under_way += one->second.pieces.size();
    if (under_way > limits::pieces_under_way_max)
        return fail(Errc::too_large, "pieces under way");
    for (std::uint32_t i = 0; i < want.count; ++i)
        open.pieces.push_back(want.first + i);
    pump_link(link.id);
    return {};
}

/// Loads the next piece of this link where its queue allows it.
void FileServer::pump_link(LinkId id) {
    const auto first = open_.lower_bound({id, 0});
    if (first == open_.end() || first->first.first != id)
        return;
    const Link* link = links_.find(id);
    const bool is_loading =
        std::any_of(sendings_.begin(), sendings_.end(), [&](const auto& sending) {
            return sending.second.slot.first == id;
        });
    if (link == nullptr || is_loading || link->unsent_bytes > unsent_bytes_max)
        return;
    for (auto at = first; at != open_.end() && at->first.first == id; ++at) {
        Open& open = at->second;
        if (open.pieces.empty())
            continue;
        const std::uint32_t index = open.pieces.front();
        open.pieces.pop_front();
        const FileWorkId work = context_.work_on_file(LoadPiece{open.file, index});
        sendings_.emplace(work, Sending{at->first, open.stream, index});
        return;
    }
}

void FileServer::loaded_piece(const Sending& sending, const Result<FileResult>& outcome) {
    const LinkId id = sending.slot.first;
    const auto at = open_.find(sending.slot);
    const bool is_current = at != open_.end() && at->second.stream == sending.stream;
    if (is_current && !outcome && outcome.error().code == Errc::corrupt)
        damaged_.push_back(at->second.entry);
    Link* link = links_.find(id);
    if (link == nullptr)
        return;
    const auto* piece = outcome ? std::get_if<LoadedPiece>(&*outcome) : nullptr;
    if (is_current && piece != nullptr) {
        send_message(
            context_, *link, wire::FilePiece{sending.stream, sending.index, piece->content}
        );
    } else if (is_current) {
        // A damaged piece of ours: the neighbour asks somebody else.
        const wire::WantFile want{
            sending.stream, at->second.entry.log, at->second.entry.position, at->second.file.hash};
        open_.erase(at);
        not_held(*link, want);
    }
    pump_link(id);
}

/// Tells whether a file came into the network of this log. A member that asks by a record of that
/// network gets such a file, and learns of nothing else that is on this disk. What this school
/// carries for another network is not its own: a school there could name a file of a draft here.
bool FileServer::belongs(const LogRecord& record, const Digest& hash, bool is_carried) const {
    return (!is_carried && record.descriptor.school == context_.school) ||
           places_.contains(record.descriptor.space, hash);
}

void FileServer::file_arrived(const SpaceId& space, const Digest& hash) {
    const auto is_there = [&](const log::LogDescriptor& log) { return log.space == space; };
    announce(absent_, hash, is_there);
    announce(absent_carried_, hash, is_there);
}

void FileServer::file_brought_in(const Digest& hash) {
    announce(absent_, hash, [&](const log::LogDescriptor& log) {
        return log.school == context_.school;
    });
}

void FileServer::announce(
    Absent& absent, const Digest& hash, const std::function<bool(const log::LogDescriptor&)>& where
) {
    for (auto& [id, asked] : absent) {
        Link* link = links_.find(id);
        auto at = asked.lower_bound({hash, EntryPlace{LogId({}), Position{0}}});
        while (at != asked.end() && at->first == hash) {
            const EntryPlace entry = at->second;
            const LogRecord* record = logbook_.find(entry.log);
            if (record != nullptr && !where(record->descriptor)) {
                ++at;
                continue;
            }
            if (link != nullptr && may_have(*link, entry)) {
                const EntryPlace named = is_far(link->meeting) && far_ != nullptr
                                             ? far_->named_there(*link, entry)
                                             : entry;
                send_message(context_, *link, wire::FileHere{named.log, named.position, hash});
            }
            at = asked.erase(at);
        }
    }
}

void FileServer::link_closed(const Link& link, Errc /*why*/) {
    open_.erase(open_.lower_bound({link.id, 0}), open_.lower_bound({LinkId{link.id.value + 1}, 0}));
    absent_.erase(link.id);
    absent_carried_.erase(link.id);
    std::erase_if(held_, [&](const Asked& asked) { return asked.link == link.id; });
}

} // namespace staffroom::replica
