#include "tests/simulation/checks/canaries.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/records/attachment.hpp"
#include "tests/simulation/people/scenes.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::size_t word_letters = 20;
constexpr std::size_t times_in_file = 100;
constexpr std::size_t piece_bytes = 16;
constexpr std::size_t disk_file_bytes_max = std::size_t{1} << 28U;

} // namespace

std::string Canaries::draw_word() {
    std::string word;
    for (std::size_t i = 0; i < word_letters; ++i)
        word.push_back(static_cast<char>('a' + random_.below(26)));
    return word;
}

void Canaries::add_needle(std::size_t record, bool is_word, Bytes needle) {
    meaning_.push_back({record, words_, is_word});
    needles_.push_back(std::move(needle));
}

void Canaries::publish(std::size_t school, std::size_t count) {
    replica::PublishRecords command;
    std::vector<replica::FileName> files;
    const std::size_t first = all_.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::array<std::string, words_each> words;
        for (std::string& word : words) {
            word = draw_word();
            for (Bytes& half : tests::halves_of({word}))
                add_needle(first + i, true, std::move(half));
            ++words_;
        }
        Bytes content;
        for (std::size_t n = 0; n < times_in_file; ++n)
            append(content, as_view(words[4] + "\n"));
        files.push_back({records::attachment_hash(content), content.size()});
        const bool is_added =
            world_.school(school).files->add(files.back(), 0, content).has_value();
        ensure(is_added);
        records::RecordBody body;
        body.title = "About " + words[0];
        body.text = "What " + words[1] + " did on Tuesday, and what we make of it.";
        body.authors.push_back({{}, words[2], ""});
        body.attachments.push_back(
            {to_bytes(files.back().hash.view()),
             words[3] + ".txt",
             "text/plain",
             content.size(),
             ""}
        );
        const auto encoded = records::encode_body(body);
        ensure(encoded.has_value());
        replica::RecordDraft draft = make_draft(log::space_of(network_), "");
        draft.attachment_bytes = content.size();
        draft.codec = static_cast<std::uint32_t>(encoded->codec);
        draft.plain_length = encoded->plain_length;
        draft.encoded = encoded->encoded;
        // The first bytes and the last are the same in others.
        const ByteView bytes(*encoded->encoded);
        for (std::size_t at = piece_bytes; at + 2 * piece_bytes < bytes.size(); at += piece_bytes)
            add_needle(first + i, false, to_bytes(bytes.subspan(at, piece_bytes)));
        command.drafts.push_back(std::move(draft));
    }
    const auto published = world_.command(school, std::move(command));
    ensure(published.has_value());
    const auto& revisions = std::get<replica::RecordsPublished>(*published).revisions;
    for (std::size_t i = 0; i < count; ++i)
        all_.push_back({school, revisions[i], files[i]});
    search_.reset();
}

std::vector<RevisionId> Canaries::of(std::size_t school) const {
    std::vector<RevisionId> revisions;
    for (const Canary& canary : all_)
        if (canary.author == school)
            revisions.push_back(canary.revision);
    return revisions;
}

bool Canaries::are_at(std::size_t school) const {
    const School& at = world_.school(school);
    return at.store && std::all_of(all_.begin(), all_.end(), [&](const Canary& canary) {
               const auto body = at.store->read_body(canary.revision);
               return body && body->state == replica::BodyState::have &&
                      at.files->holds(canary.file);
           });
}

Canaries::Found Canaries::found_at(std::size_t school) {
    if (!search_)
        search_.emplace(needles_);
    tests::TornFileSystem& disk = *world_.school(school).disk;
    Found found;
    std::set<std::size_t> words;
    for (const std::string& path : disk.files()) {
        const auto content = storage::read_file(disk, path, disk_file_bytes_max);
        ensure(content.has_value());
        for (const std::size_t needle : search_->in_file(path, *content)) {
            found.records.insert(all_[meaning_[needle].record].revision);
            if (meaning_[needle].is_word)
                words.insert(meaning_[needle].word);
        }
    }
    found.words = words.size();
    return found;
}

} // namespace staffroom::simulation
