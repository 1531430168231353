#include "cli/keys/phrase_file.hpp"

#include "cli/files/text_file.hpp"
#include "protocol/base/text.hpp"
#include "protocol/identity/phrase.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::size_t phrase_words = 24;
constexpr std::size_t phrase_entropy_bytes = 32;
constexpr std::size_t phrase_file_bytes_max = 4096;
constexpr const char* compare_with_paper =
    "compare the file with the words on paper, one by one and in their order, then run the command "
    "again.";

std::vector<std::string> typed_words(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

/// Reads standard input as far as the line in which the last word stands. What follows is not the
/// phrase's: a question may be answered there.
Outcome<std::string> read_phrase_text(const std::filesystem::path& path) {
    if (path != "-")
        return read_bytes(path, phrase_file_bytes_max);
    std::string typed;
    char symbol = 0;
    while (typed.size() < phrase_file_bytes_max && std::cin.get(symbol)) {
        typed.push_back(symbol);
        if (symbol == '\n' && typed_words(typed).size() >= phrase_words)
            break;
    }
    return typed;
}

/// Tells whether a word stands in the list, by as many letters as tell it from all others.
bool is_listed(const std::string& typed) {
    const auto once = identity::entropy_from_phrase(joined_words(std::vector(12, typed)));
    return once.has_value() || once.error().code == Errc::bad_checksum;
}

/// Names the first word that is none, and the nearest. That one gives as much away, and only to who
/// typed the phrase.
std::string name_wrong_word(const std::vector<std::string>& typed) {
    constexpr std::size_t list_words = 2048;
    constexpr std::size_t shown_letters_max = 16;
    const auto wrong = std::ranges::find_if_not(typed, is_listed);
    if (wrong == typed.end())
        return "A word of the phrase is not one of the list.";
    const std::string shown = wrong->substr(0, shown_letters_max);
    std::string_view nearest = identity::word(0);
    for (std::size_t i = 1; i < list_words; ++i)
        if (edits_between(shown, identity::word(i)) < edits_between(shown, nearest))
            nearest = identity::word(i);
    return "Word " + std::to_string(wrong - typed.begin() + 1) + " of the phrase, \"" + shown +
           "\", is not one of the list; the nearest is \"" + std::string(nearest) + "\".";
}

Failure why_no_phrase(const Error& error, const std::string& text) {
    const std::vector<std::string> words = typed_words(text);
    constexpr ExitCode exit = ExitCode::usage;
    if (error.code == Errc::bad_checksum)
        return {
            "Every word of the phrase is one of the list, but together they are no phrase: two "
            "have changed places, or one is another word of the list.",
            compare_with_paper,
            exit,
            "phrase.wrong"};
    if (error.code == Errc::unknown_value)
        return {name_wrong_word(words), compare_with_paper, exit, "phrase.word-unknown"};
    return {
        "A recovery phrase has " + std::to_string(phrase_words) + " words; there are " +
            std::to_string(words.size()) + ".",
        compare_with_paper,
        exit,
        "phrase.length"};
}

bool is_folder_durable(const std::filesystem::path& folder) {
    const int opened =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        return false;
    const bool is_durable = ::fsync(opened) == 0;
    ::close(opened);
    return is_durable;
}

} // namespace

PhraseFile::PhraseFile(std::filesystem::path path)
    : path_(std::move(path)) {
    if (!path_.empty())
        file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    error_ = file_ < 0 ? errno : 0;
}

PhraseFile::~PhraseFile() {
    if (file_ < 0)
        return;
    ::close(file_);
    if (!is_written_)
        ::unlink(path_.c_str());
}

Failure PhraseFile::why_not() const {
    if (error_ == EEXIST)
        return {
            path_.string() + " is there already; a recovery phrase never replaces a file.",
            "name another file with --phrase-out.",
            ExitCode::failed};
    return {
        path_.string() + " cannot be written: " + std::generic_category().message(error_) + ".",
        "name another file with --phrase-out.",
        ExitCode::failed};
}

bool PhraseFile::write(const std::vector<std::string>& words) {
    const std::string line = joined_words(words) + "\n";
    const auto count = ::write(file_, line.data(), line.size());
    // Its name is as new as its words: without the folder a power cut takes both.
    is_written_ = count == static_cast<ssize_t>(line.size()) && ::fsync(file_) == 0 &&
                  is_folder_durable(path_.parent_path());
    return is_written_;
}

std::string joined_words(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

RootKeys root_keys_of(const std::vector<std::string>& words) {
    const auto seed = identity::seed_from_phrase(words, "");
    return {identity::root_key(seed, 0), identity::root_key(seed, 1)};
}

Outcome<RootKeys> read_phrase(const std::filesystem::path& path) {
    auto text = read_phrase_text(path);
    if (!text)
        return text.failure();
    auto entropy = identity::entropy_from_phrase(*text);
    if (entropy && entropy->size() != phrase_entropy_bytes)
        entropy = fail(Errc::malformed);
    if (!entropy)
        return why_no_phrase(entropy.error(), *text);
    const auto words = identity::phrase_from_entropy(*entropy);
    ensure(words.has_value());
    sodium_memzero(entropy->data(), entropy->size());
    sodium_memzero(text->data(), text->size());
    return root_keys_of(*words);
}

} // namespace staffroom::cli
