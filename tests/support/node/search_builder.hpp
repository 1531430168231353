// Search documents and batches for tests, by few words.
#pragma once

#include "protocol/base/ensure.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/search/search_index.hpp"
#include "tests/support/store/temp_folder.hpp"

namespace staffroom::tests {

template <class Id> Id numbered(std::uint32_t number) {
    typename Id::Raw raw{};
    for (std::size_t i = 0; i < 4; ++i)
        raw[i] = static_cast<std::uint8_t>(number >> (24U - 8U * i));
    raw.back() = 1;
    return Id(raw);
}

/// A revision whose document has the same number; title and text alone.
inline storage::SearchDocument
search_document(std::uint32_t number, std::string title, std::string text) {
    return {
        numbered<RevisionId>(number),
        1,
        4,
        numbered<SchoolId>(1),
        WallTime{1'000 + number},
        {},
        {std::move(title), std::move(text), "", "", "", ""}};
}

inline storage::SearchBatch batch_of(std::vector<storage::SearchDocument> documents) {
    storage::SearchBatch batch;
    for (storage::SearchDocument& each : documents) {
        const RevisionId id = each.revision;
        batch.documents.push_back({id, {std::move(each)}, {}});
    }
    return batch;
}

/// An open index in a folder of its own.
struct OpenIndex {
    TempFolder folder{"search"};
    storage::PosixFileSystem files;
    storage::SearchIndex index{files, folder.path().string()};

    [[nodiscard]] std::filesystem::path file() const { return folder.path() / "search.db"; }
};

/// Numbers of the revisions found, in their order.
inline std::vector<unsigned> found(
    const storage::SearchIndex& index,
    const std::string& match,
    const storage::SearchFilter& filter = {}
) {
    const auto page = index.search({{{match}}, filter, 100});
    ensure(page.has_value());
    std::vector<unsigned> numbers;
    for (const storage::SearchHit& hit : page->hits)
        numbers.push_back(read_u32_be(hit.revision.view()));
    return numbers;
}

} // namespace staffroom::tests
