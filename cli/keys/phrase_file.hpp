// The recovery phrase as a file: written once by `init` and `key replace-phrase`, read by `recover`
// and `key`. It never replaces a file, and nobody but its owner may read it.
#pragma once

#include "cli/output/failure.hpp"
#include "protocol/crypto/signature.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::cli {

/// The file for a new recovery phrase: made before the school, because a phrase that cannot be
/// written down anywhere would be lost; taken away again when no school came of it.
class PhraseFile {
public:
    explicit PhraseFile(std::filesystem::path path);
    PhraseFile(const PhraseFile&) = delete;
    PhraseFile& operator=(const PhraseFile&) = delete;
    PhraseFile(PhraseFile&&) = delete;
    PhraseFile& operator=(PhraseFile&&) = delete;
    ~PhraseFile();

    [[nodiscard]] bool is_wanted() const { return !path_.empty(); }
    [[nodiscard]] bool is_open() const { return file_ >= 0; }
    [[nodiscard]] Failure why_not() const;
    /// Writes the words, durably; false when the disk refuses.
    [[nodiscard]] bool write(const std::vector<std::string>& words);

private:
    std::filesystem::path path_;
    int file_ = -1;
    int error_ = 0;
    bool is_written_ = false;
};

/// Returns the words with one space between each two.
[[nodiscard]] std::string joined_words(const std::vector<std::string>& words);

/// The root keys that a phrase gives: the first, and the one that is committed as the next. [I3]
struct RootKeys {
    crypto::SigningKey first;
    crypto::SigningKey next;
};

/// Returns the keys of a phrase of 24 words.
[[nodiscard]] RootKeys root_keys_of(const std::vector<std::string>& words);

/// Reads the phrase in a file; "-" stands for standard input. Failures: the file cannot be read;
/// usage, with the word that is wrong and the nearest of the list, or that the words do not fit
/// together, or how many there are.
[[nodiscard]] Outcome<RootKeys> read_phrase(const std::filesystem::path& path);

} // namespace staffroom::cli
