// Performs the outputs of a world's replicas: disk, lines, answers.
#include "protocol/base/limits.hpp"
#include "storage/store/erasure.hpp"
#include "tests/simulation/liars/listening_guest.hpp"
#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::chrono::microseconds hang_up_delay{1};
constexpr std::size_t piece_bytes = 16UL * 1024;
/// What one link may hold in memory: what waits for the line, what has not become a whole message.
constexpr std::size_t unsent_bytes_max =
    limits::staging_bytes_per_link_max + limits::message_bytes_max + limits::send_queue_bytes_max;
constexpr std::size_t buffered_bytes_max =
    limits::message_bytes_max + 2 * limits::noise_message_bytes_max;

} // namespace

/// One output. False: the node has fallen over it.
struct World::Performer {
    World& world;
    std::size_t index;
    School& school;

    bool operator()(replica::OpenLink&& open) const {
        world.events_.push(
            world.now_ + world.lines_.quality(index, index).delay,
            Dialled{index, school.life, std::move(open)}
        );
        return true;
    }
    bool operator()(replica::SendBytes&& send) const {
        world.carry(index, send);
        return true;
    }
    bool operator()(replica::CloseLink&& closing) const {
        world.close(index, closing.link, false);
        return true;
    }
    bool operator()(replica::Store&& store) const {
        auto outcome = school.store->commit(store.batch);
        world.trace_.note("store", index, outcome ? 1 : 0);
        if (world.falls(index))
            return false;
        if (outcome) {
            for (const SpaceId& space : world.witness_.committed(index, store.batch))
                world.witness_.traffic().published(world.lines_of(space));
            if (!store.mark.empty())
                school.mark = store.mark;
        }
        world.later(index, replica::StoreFinished{store.id, std::move(outcome)});
        return true;
    }
    bool operator()(replica::Load&& load) const {
        Result<replica::Loaded> loaded = school.store->load(load.what);
        if (!school.lie_of_load || school.lie_of_load(loaded))
            world.later(index, replica::LoadFinished{load.id, std::move(loaded)});
        return true;
    }
    bool operator()(replica::WorkOnFile&& work) const {
        auto outcome = school.files->perform(work.what);
        if (world.falls(index))
            return false;
        if (const auto* piece = std::get_if<replica::KeepPiece>(&work.what)) {
            ++school.pieces_kept;
            if (outcome && world.witness_.is_honest(index))
                world.witness_.traffic().obtained_piece(piece->content->size());
        }
        if (school.lie)
            school.lie(outcome);
        world.later(index, replica::FileWorkFinished{work.id, std::move(outcome)});
        return true;
    }
    bool operator()(const replica::CarryOut& what) const {
        auto outcome = storage::Erasure(*school.store, *school.files, what).run();
        if (world.falls(index))
            return false;
        world.later(index, replica::ErasureFinished{what.id, std::move(outcome)});
        return true;
    }
    bool operator()(replica::Done&& done) const {
        const std::pair key{index, done.id.value};
        if (auto space = world.publishing_.extract(key); !space.empty() && done.outcome) {
            const auto& published = std::get<replica::RecordsPublished>(*done.outcome);
            world.witness_.acknowledged(index, space.mapped(), published.revisions, world.now_);
        }
        if (auto answer = world.answers_.extract(key); !answer.empty())
            answer.mapped()(std::move(done.outcome));
        return true;
    }
    bool operator()(replica::Notify&& notify) const {
        if (std::holds_alternative<replica::MembershipChanged>(notify.notice) && world.changed_)
            world.changed_(index);
        return true;
    }
};

void World::perform(std::size_t index, replica::Outbox outbox) {
    for (replica::Output& output : outbox) {
        if (!std::visit(Performer{*this, index, *schools_[index]}, std::move(output)))
            return;
    }
}

// ------------------------------------------------------------------------------------------ lines

LinkId World::dial_as_guest(std::size_t index, const std::string& address) {
    const LinkId link{2 * ++last_accepted_ + 1};
    events_.push(
        now_ + lines_.quality(index, index).delay,
        Dialled{index, schools_[index]->life, {link, address}}
    );
    return link;
}

void World::send_as_guest(std::size_t index, LinkId link, Bytes bytes) {
    carry(index, {link, std::make_shared<const Bytes>(std::move(bytes))});
}

void World::dialled(std::size_t index, const replica::OpenLink& open) {
    std::size_t other = 0;
    while (other < schools_.size() && schools_[other]->address != open.address)
        ++other;
    auto* listener = other < schools_.size()
                         ? dynamic_cast<ListeningGuest*>(schools_[other]->guest.get())
                         : nullptr;
    const bool is_there =
        other < schools_.size() && (schools_[other]->replica || listener != nullptr);
    const bool is_reached = is_there && schools_[other]->listens &&
                            !lines_.is_parted(index, other) && !lines_.is_parted(other, index);
    School& self = *schools_[index];
    if (!is_reached) {
        if (self.guest)
            self.guest->closed(open.link);
        else
            handle(index, replica::DialFailed{open.link, Errc::unreachable});
        return;
    }
    const LinkId accepted{2 * ++last_accepted_};
    const LineId line = lines_.connect({index, open.link}, {other, accepted}, now_);
    if (is_counted(*lines_.find(line)))
        witness_.traffic().opened();
    if (listener != nullptr)
        listener->opened(accepted);
    handle(other, replica::LinkOpened{accepted, false, self.address});
    if (self.guest)
        self.guest->opened(open.link);
    else
        handle(index, replica::LinkOpened{open.link, true, open.address});
}

void World::carry(std::size_t index, const replica::SendBytes& send) {
    School& school = *schools_[index];
    school.bytes_sent += send.bytes->size();
    trace_.note("send", index, send.link.value, *send.bytes);
    if (sent_)
        sent_(index, send.bytes);
    const auto side = lines_.find({index, send.link});
    if (!side)
        return;
    Line& line = *lines_.find(side->line);
    const bool is_traffic = is_counted(line);
    if (is_traffic)
        witness_.traffic().sent(send.bytes->size());
    const bool is_narrow =
        lines_.quality(line.ends[0].school, line.ends[1].school).bytes_per_second > 0;
    if (!is_narrow || send.bytes->size() <= piece_bytes) {
        const Instant there = lines_.send(line, side->is_dialler, send.bytes->size(), now_);
        events_.push(there, Crossed{side->line, side->is_dialler, send.bytes, is_traffic});
        return;
    }
    // Over a narrow line they come bit by bit.
    for (std::size_t at = 0; at < send.bytes->size(); at += piece_bytes) {
        const std::size_t count = std::min(piece_bytes, send.bytes->size() - at);
        auto piece =
            std::make_shared<const Bytes>(to_bytes(ByteView(*send.bytes).subspan(at, count)));
        const Instant there = lines_.send(line, side->is_dialler, count, now_);
        events_.push(there, Crossed{side->line, side->is_dialler, std::move(piece), is_traffic});
    }
}

void World::crossed(const Crossed& event) {
    Line* line = lines_.find(event.line);
    const std::size_t from_side = event.from_dialler ? 0 : 1;
    const std::size_t bytes = event.bytes->size();
    const auto lost = [&](std::size_t count) {
        if (event.is_counted)
            witness_.traffic().lost(count);
    };
    if (line == nullptr || !line->is_open[1 - from_side]) {
        lost(bytes);
        return;
    }
    const LineEnd from = line->ends[from_side];
    const LineEnd to = line->ends[1 - from_side];
    const bool is_sender_there = line->is_open[from_side];
    Way& way = line->ways[from_side];
    if (lines_.is_parted(from.school, to.school)) {
        way.is_broken = true;
        lost(bytes);
        return;
    }
    if (way.is_broken) {
        // Whoever stands between has forgotten this line, and says so.
        lost(bytes);
        close(from.school, from.link, true);
        return;
    }
    const std::size_t through = lines_.pass(to.school, bytes);
    if (through > 0)
        deliver(to, ByteView(*event.bytes).first(through));
    if (through < bytes) {
        lost(bytes - through);
        cut_now(to.school);
        return;
    }
    if (is_sender_there && lines_.find(from))
        handle(from.school, replica::BytesSent{from.link, bytes});
}

void World::deliver(LineEnd to, ByteView bytes) {
    School& school = *schools_[to.school];
    if (school.guest) {
        school.guest->arrived(to.link, bytes);
        return;
    }
    handle(to.school, replica::BytesArrived{to.link, bytes});
}

/// Of all links: what arrives on one may be passed on to the others.
void World::check_memory(std::size_t index) {
    const School& school = *schools_[index];
    for (const LineEnd& end : lines_.ends_of(index)) {
        const auto load = school.replica ? school.replica->link_load(end.link) : std::nullopt;
        const bool is_bounded =
            !load ||
            (load->unsent_bytes <= unsent_bytes_max && load->buffered_bytes <= buffered_bytes_max &&
             load->parked <= 2 * limits::parked_heads_max + 2 * limits::parked_chains_max);
        if (is_bounded)
            continue;
        witness_.violated(
            "bounded memory per link",
            "school " + std::to_string(index) + " keeps " + std::to_string(load->unsent_bytes) +
                " bytes unsent, " + std::to_string(load->buffered_bytes) + " unread, " +
                std::to_string(load->parked) + " offers for one link"
        );
    }
}

/// What liars and strangers ask for has no bound but the limits.
bool World::is_counted(const Line& line) const {
    return witness_.is_honest(line.ends[0].school) && witness_.is_honest(line.ends[1].school);
}

/// Over which what is written in this space has to be spoken of.
std::size_t World::lines_of(const SpaceId& space) const {
    const auto& all = lines_.all();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
        const Line& line = one.second;
        return is_counted(line) && line.is_open[0] && line.is_open[1] &&
               witness_.may_hold(space, line.ends[0].school) &&
               witness_.may_hold(space, line.ends[1].school);
    }));
}

void World::tell_closed(LineEnd end) {
    School& school = *schools_[end.school];
    if (school.guest)
        school.guest->closed(end.link);
    else
        handle(end.school, replica::LinkClosed{end.link});
}

void World::close(std::size_t index, LinkId link, bool tell_self) {
    const auto side = lines_.find({index, link});
    if (!side)
        return;
    Line& line = *lines_.find(side->line);
    const bool is_other_there = line.is_open[side->is_dialler ? 1 : 0];
    // What was sent before still goes out.
    const Instant there = lines_.send(line, side->is_dialler, 0, now_) + hang_up_delay;
    if (is_counted(line) && is_other_there) {
        witness_.traffic().was_open(now_ - line.opened);
        const bool is_well = !line.ways[0].is_broken && !line.ways[1].is_broken &&
                             !lines_.is_parted(line.ends[0].school, line.ends[1].school) &&
                             !lines_.is_parted(line.ends[1].school, line.ends[0].school);
        // Whoever is not told has ended it.
        if (!tell_self && is_well)
            witness_.traffic().given_up();
    }
    lines_.close(side->line, side->is_dialler);
    if (is_other_there)
        events_.push(there, HungUp{side->line, !side->is_dialler});
    if (tell_self)
        tell_closed({index, link});
}

void World::hung_up(LineId id, bool at_dialler) {
    const Line* line = lines_.find(id);
    const std::size_t side = at_dialler ? 0 : 1;
    if (line == nullptr || !line->is_open[side])
        return;
    const LineEnd end = line->ends[side];
    lines_.close(id, at_dialler);
    tell_closed(end);
}

void World::cut_now(std::size_t index) {
    for (const LineEnd& end : lines_.ends_of(index))
        close(index, end.link, true);
}

void World::part(std::size_t one, std::size_t other) {
    lines_.part(one, other);
    lines_.part(other, one);
}

void World::mend(std::size_t one, std::size_t other) {
    lines_.mend(one, other);
    lines_.mend(other, one);
}

} // namespace staffroom::simulation
