#include "tests/simulation/people/authors.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"
#include "protocol/records/kinds.hpp"
#include "protocol/wire/codec_records.hpp"

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

constexpr std::chrono::minutes writes_every{10};
constexpr std::int64_t times_max = 24; // on average, however long the storm is
constexpr seconds write_again_after{20};
constexpr seconds look_again_after{10};
constexpr std::size_t step_bytes = 400;
constexpr std::size_t file_bytes_max = 150'000;

} // namespace

Author::Author(World& world, std::size_t school, const StormOptions& options)
    : world_(world)
    , school_(school)
    , random_(options.seed * 1000 + 500 + school) {}

void Author::plan(Instant begin, Instant end) {
    if (networks_.empty())
        return;
    const auto every = std::max<std::chrono::microseconds>(writes_every, (end - begin) / times_max);
    const auto draw_next = [&](Instant at) {
        return at + draw_span(random_, seconds(5), 2 * every);
    };
    for (Instant at = draw_next(begin); at < end; at = draw_next(at)) {
        Wish wish{
            static_cast<std::size_t>(random_.below(networks_.size())),
            Manner::first,
            0,
            1,
            0,
            nullptr};
        const std::uint64_t drawn = random_.below(20);
        if (drawn < 4)
            wish.manner = Manner::revision;
        else if (drawn < 5)
            wish.manner = Manner::retraction;
        else if (drawn < 7)
            wish.manner = Manner::answer;
        else if (drawn < 8)
            wish.manner = Manner::with_file;
        else if (drawn < 9)
            wish.manner = Manner::at_home;
        else
            wish.count = 1 + static_cast<std::size_t>(random_.below(one_in(random_, 10) ? 40 : 4));
        wish.bytes =
            100 + static_cast<std::size_t>(random_.below(one_in(random_, 20) ? 60'000 : 2'500));
        wish.number = last_number_ + 1;
        last_number_ += wish.count;
        world_.at(at, [this, wish] { this->wish(wish); });
        if (one_in(random_, 12))
            world_.at(std::min(at + seconds(1), end), [this] {
                ++names_;
                set_profile();
            });
    }
}

void Author::plan(Step& step) {
    ++steps_ahead_;
    const Wish wish{0, Manner::step, ++last_number_, 1, step_bytes, &step};
    world_.at(step.at, [this, wish] { take(wish); });
}

void Author::take(const Wish& of_step) {
    if (!of_step.step->story->may_begin(*of_step.step)) {
        world_.at(world_.now() + look_again_after, [this, of_step] { take(of_step); });
        return;
    }
    --steps_ahead_;
    wish(of_step);
}

void Author::node_started() {
    asked_in_life_ = 0;
    set_profile();
    // Whoever has waited for the node writes at once, before it has heard of anybody.
    if (!networks_.empty() && one_in(random_, 2)) {
        constexpr std::size_t note_bytes = 300;
        const auto network = static_cast<std::size_t>(random_.below(networks_.size()));
        waiting_.push_front({network, Manner::first, ++last_number_, 1, note_bytes, nullptr});
    }
    send_next();
}

void Author::wish(Wish wish) {
    waiting_.push_back(wish);
    send_next();
}

void Author::set_profile() {
    if (!world_.is_running(school_))
        return;
    const School& school = world_.school(school_);
    auto profile = wire::encode_profile({school.name + " the " + std::to_string(names_), "", {}});
    ensure(profile.has_value());
    std::vector<std::string> addresses;
    if (school.listens)
        addresses.push_back(school.address);
    world_.send(school_, replica::SetProfile{std::move(*profile), std::move(addresses)});
}

std::string Author::text(std::uint64_t number, std::size_t bytes) const {
    // Words that do not compress to nothing, and are the same whenever they are written again.
    tests::SeededRandom random(number * 1000 + school_);
    Bytes noise(bytes / 2);
    random.fill(noise);
    return to_hex(noise);
}

replica::RecordDraft Author::draft(const Wish& wish, std::uint64_t number) {
    const School& school = world_.school(school_);
    const SpaceId space = wish.manner == Manner::at_home ? log::school_space(*school.id)
                                                         : log::space_of(networks_[wish.network]);
    records::RecordBody body;
    body.title = school.name + " writes " + std::to_string(number);
    body.text = text(number, wish.bytes);
    replica::RecordDraft draft{space, 1, std::nullopt, {}, {}, 4, 0, 0, 0, nullptr, std::nullopt};
    if (wish.step != nullptr)
        put_step(*wish.step, draft, body);
    const std::vector<Written>& written = written_[wish.network];
    const Written* older = written.empty() ? nullptr : &written[number % written.size()];
    const bool is_next = wish.manner == Manner::revision || wish.manner == Manner::retraction;
    if (is_next && older != nullptr) {
        draft.document = older->document;
        draft.parents.push_back(older->newest);
        if (wish.manner == Manner::retraction)
            draft.retention = static_cast<std::uint32_t>(records::Retention::retraction);
    }
    if (wish.manner == Manner::answer && !world_.witness().acknowledged().empty()) {
        const auto& all = world_.witness().acknowledged();
        draft.about.emplace_back(
            all[number % all.size()].revision,
            static_cast<std::uint32_t>(records::RelationKind::comments_on)
        );
    }
    if (wish.manner == Manner::with_file && school.files) {
        Bytes content(1 + wish.bytes * 40 % file_bytes_max);
        tests::SeededRandom(number * 1000 + 100 + school_).fill(content);
        const Digest hash = records::attachment_hash(content);
        static_cast<void>(school.files->add({hash, content.size()}, 0, content));
        body.attachments.push_back({to_bytes(hash.view()), "a.png", "image/png", content.size(), ""}
        );
        draft.attachment_bytes = content.size();
    }
    const auto encoded = records::encode_body(body);
    ensure(encoded.has_value());
    draft.codec = static_cast<std::uint32_t>(encoded->codec);
    draft.plain_length = encoded->plain_length;
    draft.encoded = encoded->encoded;
    return draft;
}

/// The node is told what the person has heard of elsewhere, whether it has arrived or not.
void Author::put_step(const Step& step, replica::RecordDraft& draft, records::RecordBody& body)
    const {
    body.title = step.title;
    for (const std::size_t school : step.joint_with)
        body.fields.push_back(
            {static_cast<std::uint32_t>(records::FieldCode::joint_with),
             to_base32(*world_.school(school).id)}
        );
    if (&step != &step.story->first())
        draft.document = step.story->first().written;
    for (const std::size_t parent : step.parents)
        draft.parents.push_back(*step.story->steps[parent].written);
    if (step.is_retraction)
        draft.retention = static_cast<std::uint32_t>(records::Retention::retraction);
}

void Author::send_next() {
    const std::uint64_t life = world_.school(school_).life;
    if (waiting_.empty() || asked_in_life_ == life || !world_.is_running(school_))
        return;
    const Wish wish = waiting_.front();
    asked_in_life_ = life;
    replica::PublishRecords command;
    for (std::size_t i = 0; i < wish.count; ++i)
        command.drafts.push_back(draft(wish, wish.number + i));
    world_.send(school_, std::move(command), [this, wish](const Result<replica::Reply>& reply) {
        answered(wish, reply);
    });
}

void Author::answered(const Wish& wish, const Result<replica::Reply>& reply) {
    asked_in_life_ = 0;
    if (!reply) {
        world_.trace().say("not published: " + std::string(errc_name(reply.error().code)));
        world_.at(world_.now() + write_again_after, [this] { send_next(); });
        return;
    }
    std::vector<Written>& written = written_[wish.network];
    if (wish.step != nullptr)
        wish.step->written = std::get<replica::RecordsPublished>(*reply).revisions.front();
    for (const RevisionId& revision : std::get<replica::RecordsPublished>(*reply).revisions) {
        const bool is_next = wish.manner == Manner::revision || wish.manner == Manner::retraction;
        if (is_next && !written.empty())
            written[wish.number % written.size()].newest = revision;
        else if (wish.manner != Manner::at_home && wish.step == nullptr)
            written.push_back({revision, revision});
    }
    waiting_.pop_front();
    world_.at(world_.now(), [this] { send_next(); });
}

} // namespace staffroom::simulation
