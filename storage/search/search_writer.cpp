#include "storage/search/search_writer.hpp"

#include "storage/search/packed_words.hpp"
#include "storage/search/search_match.hpp"
#include "storage/search/search_words.hpp"

#include <algorithm>

namespace staffroom::storage {
namespace {

/// As many words as one record may have in the index.
ColumnWords bounded_words(const ColumnWords& words) {
    ColumnWords bounded;
    std::size_t left = indexed_words_max;
    using enum SearchColumn;
    for (const SearchColumn column : {title, author, school, context, outcome, text}) {
        const auto place = static_cast<std::size_t>(column);
        bounded[place] = without_controls(first_words(words[place], left));
    }
    return bounded;
}

} // namespace

Result<void> SearchWriter::write(const SearchBatch& batch) {
    for (const auto& [revision, space] : batch.places)
        run("INSERT OR IGNORE INTO places VALUES(?, ?)", revision.view(), row_of(space));
    for (const RevisionId& document : batch.queue)
        run("INSERT OR IGNORE INTO queue(document) VALUES(?)", document.view());
    for (const DocumentUpdate& update : batch.documents)
        replace(update);
    for (const auto& [log, size] : batch.cursors)
        run("INSERT OR REPLACE INTO cursors VALUES(?, ?)",
            log.view(),
            static_cast<std::int64_t>(size.value));
    for (const auto& [school, name] : batch.school_names)
        rename(school, name);
    return outcome_;
}

void SearchWriter::rename(const SchoolId& school, std::string_view name) {
    const std::int64_t row = row_of(school);
    run("DELETE FROM school_words WHERE rowid = ?", row);
    run("UPDATE schools SET name = ?2 WHERE row = ?1", row, name);
    const std::string words = without_controls(name);
    run("INSERT INTO school_words(rowid, name) VALUES(?, ?)", row, std::string_view(words));
}

std::int64_t SearchWriter::row_of(const SchoolId& school) {
    const auto [known, is_new] = schools_.try_emplace(school, 0);
    if (is_new) {
        run("INSERT OR IGNORE INTO schools(school) VALUES(?)", school.view());
        known->second =
            first("SELECT row FROM schools WHERE school = ?", school.view()).value_or(0);
    }
    return known->second;
}

std::int64_t SearchWriter::row_of(const SpaceId& space) {
    const auto [known, is_new] = spaces_.try_emplace(space, 0);
    if (is_new) {
        run("INSERT OR IGNORE INTO spaces(space) VALUES(?)", space.view());
        known->second = first("SELECT row FROM spaces WHERE space = ?", space.view()).value_or(0);
    }
    return known->second;
}

std::optional<std::int64_t> SearchWriter::row_of(const RevisionId& revision) {
    return first(
        "SELECT row FROM revisions WHERE substr(revision, 1, 8) = substr(?1, 1, 8)"
        " AND revision = ?1",
        revision.view()
    );
}

Result<void> SearchWriter::remove(const RevisionId& revision) {
    if (const auto row = row_of(revision))
        remove_row(*row);
    run("DELETE FROM missing WHERE revision = ?", revision.view());
    return outcome_;
}

void SearchWriter::replace(const DocumentUpdate& update) {
    const ByteView document = update.document.view();
    while (const auto row = first(rows_of_document, document))
        remove_row(*row);
    run("DELETE FROM missing WHERE document = ?", document);
    run("DELETE FROM queue WHERE document = ?", document);
    for (const SearchDocument& head : update.heads)
        insert(update.document, head);
    for (const RevisionId& revision : update.missing)
        run("INSERT OR REPLACE INTO missing VALUES(?, ?)", revision.view(), document);
}

void SearchWriter::remove_row(std::int64_t row) {
    // The engine reads from the other two which words it has to take out.
    run("DELETE FROM words WHERE rowid = ?", row);
    run("DELETE FROM texts WHERE row = ?", row);
    run("DELETE FROM revisions WHERE row = ?", row);
}

void SearchWriter::insert(const RevisionId& document, const SearchDocument& head) {
    const std::int64_t school = row_of(head.school);
    if (row_of(head.revision) && outcome_)
        outcome_ = fail(Errc::corrupt, "a revision of two documents");
    const bool is_first = document == head.revision;
    const std::string facets = facets_of(head.facets);
    run("INSERT INTO revisions(revision, document, kind, reach, school, clock, facets)"
        " VALUES(?, nullif(?, x''), ?, ?, ?, ?, ?)",
        head.revision.view(),
        is_first ? ByteView() : document.view(),
        std::int64_t{head.kind},
        std::int64_t{head.reach},
        school,
        static_cast<std::int64_t>(head.clock.ms),
        std::string_view(facets));
    const std::int64_t row = connection_.last_row();
    const ColumnWords words = bounded_words(head.words);
    const Bytes packed = pack_words(words);
    const std::string key = school_word(head.school);
    run("INSERT INTO texts VALUES(?, ?)", row, ByteView(packed));
    run("INSERT INTO words(rowid, title, text, context, outcome, author, school, school_key)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        row,
        std::string_view(words[0]),
        std::string_view(words[1]),
        std::string_view(words[2]),
        std::string_view(words[3]),
        std::string_view(words[4]),
        std::string_view(words[5]),
        std::string_view(key));
}

SqlStatement* SearchWriter::statement(std::string_view sql) {
    if (!outcome_)
        return nullptr;
    if (const auto known = statements_.find(sql); known != statements_.end())
        return &known->second;
    auto made = connection_.prepare(sql);
    if (!made) {
        outcome_ = fail(made.error());
        return nullptr;
    }
    return &statements_.emplace(sql, std::move(*made)).first->second;
}

std::optional<std::int64_t> SearchWriter::first(std::string_view sql, ByteView id) {
    SqlStatement* const found = statement(sql);
    if (found == nullptr)
        return std::nullopt;
    const auto row = found->bind(1, id).step();
    if (!row)
        outcome_ = fail(row.error());
    if (!row || !*row)
        return std::nullopt;
    const std::int64_t value = found->integer(0);
    found->reset();
    return value;
}

} // namespace staffroom::storage
