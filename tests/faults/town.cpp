#include "tests/faults/town.hpp"

namespace staffroom::faults {

using replica::LinkId;

Result<Started> Town::start(std::size_t index, const Boot& boot) {
    auto started = nodes_[index]->start(boot);
    if (started)
        wake(index);
    return started;
}

void Town::wake(std::size_t index) {
    feed(index, replica::Wake{});
    settle();
}

void Town::stop(std::size_t index) {
    std::vector<End> ends;
    for (const auto& [end, other] : lines_) {
        if (end.first == index)
            ends.push_back(end);
    }
    for (const End& end : ends)
        close(end, false);
    nodes_[index]->stop();
    settle();
}

void Town::feed(std::size_t index, replica::Input input) {
    // A std::function has to be copyable and a command may hold keys, which are not.
    auto shared = std::make_shared<replica::Input>(std::move(input));
    queue_.emplace_back([this, index, shared] {
        if (!nodes_[index]->is_running())
            return;
        replica::Outbox outbox;
        nodes_[index]->handle(now_, std::move(*shared), outbox);
        perform(index, std::move(outbox));
    });
}

void Town::settle() {
    while (!queue_.empty()) {
        const auto next = std::move(queue_.front());
        queue_.pop_front();
        next();
    }
}

void Town::perform(std::size_t index, replica::Outbox outbox) {
    for (replica::Output& output : outbox) {
        if (const auto* open = std::get_if<replica::OpenLink>(&output)) {
            dial(index, *open);
        } else if (const auto* sent = std::get_if<replica::SendBytes>(&output)) {
            const auto line = lines_.find({index, sent->link});
            if (line == lines_.end())
                continue;
            queue_.emplace_back([this, to = line->second, bytes = sent->bytes] {
                if (!lines_.contains(to) || !nodes_[to.first]->is_running())
                    return;
                replica::Outbox more;
                nodes_[to.first]->handle(now_, replica::BytesArrived{to.second, *bytes}, more);
                perform(to.first, std::move(more));
            });
            feed(index, replica::BytesSent{sent->link, sent->bytes->size()});
        } else if (const auto* closed = std::get_if<replica::CloseLink>(&output)) {
            // What was sent before still goes out.
            queue_.emplace_back([this, end = End{index, closed->link}] { close(end, false); });
        } else if (auto* done = std::get_if<replica::Done>(&output)) {
            replies_[done->id.value] = std::move(done->outcome);
        }
    }
}

void Town::dial(std::size_t index, const replica::OpenLink& open) {
    for (std::size_t other = 0; other < nodes_.size() && is_line_open_; ++other) {
        if (nodes_[other]->address() != open.address || !nodes_[other]->is_running())
            continue;
        const LinkId accepted{2 * ++last_accepted_};
        lines_[{index, open.link}] = {other, accepted};
        lines_[{other, accepted}] = {index, open.link};
        feed(other, replica::LinkOpened{accepted, false, nodes_[index]->address()});
        feed(index, replica::LinkOpened{open.link, true, open.address});
        return;
    }
    feed(index, replica::DialFailed{open.link, Errc::unreachable});
}

void Town::close(End end, bool tell_self) {
    const auto line = lines_.find(end);
    if (line == lines_.end())
        return;
    const End other = line->second;
    lines_.erase(line);
    lines_.erase(other);
    if (tell_self)
        feed(end.first, replica::LinkClosed{end.second});
    feed(other.first, replica::LinkClosed{other.second});
}

void Town::open_line(bool is_open) {
    is_line_open_ = is_open;
    while (!is_open && !lines_.empty())
        close(lines_.begin()->first, true);
    settle();
}

Instant Town::next_wake() const {
    Instant next{now_ + std::chrono::hours(1)};
    for (Node* node : nodes_) {
        if (node->is_running())
            next = std::min(next, node->replica().next_wake());
    }
    return std::max(next, now_ + std::chrono::milliseconds(1));
}

bool Town::run_until(const std::function<bool()>& done, std::chrono::seconds patience) {
    const Instant end = now_ + patience;
    settle();
    while (!done()) {
        now_ = next_wake();
        if (now_ > end) {
            now_ = end;
            return false;
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i]->is_running() && nodes_[i]->replica().next_wake() <= now_)
                feed(i, replica::Wake{});
        }
        settle();
    }
    return true;
}

void Town::run_for(std::chrono::microseconds span) {
    const Instant end = now_ + span;
    while (next_wake() < end) {
        const Instant next = next_wake();
        run_until([&] { return now_ >= next; }, std::chrono::seconds(3600));
    }
    now_ = end;
}

Result<replica::Reply>
Town::command(std::size_t index, replica::CommandBody body, std::chrono::seconds patience) {
    const std::uint64_t id = ++last_request_;
    replies_.emplace(id, std::nullopt);
    feed(index, replica::Command{replica::RequestId{id}, std::move(body)});
    run_until([&] { return replies_.at(id).has_value(); }, patience);
    auto reply = replies_.extract(id);
    if (!reply.mapped())
        return fail(Errc::timed_out, "no answer in virtual time");
    return std::move(*reply.mapped());
}

} // namespace staffroom::faults
