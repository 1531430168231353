#include "storage/search/search_writer.hpp"

#include "storage/search/search_match.hpp"
#include "storage/search/search_words.hpp"

#include <algorithm>

namespace staffroom::storage {
namespace {

/// As many words as one record may have in the index.
std::array<std::string, search_columns>
bounded_words(const std::array<std::string, search_columns>& words) {
    std::array<std::string, search_columns> bounded;
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
        run("INSERT OR IGNORE INTO places VALUES(?, ?)", revision.view(), space.view());
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
    const auto known = first("SELECT row FROM school_names WHERE school = ?", school.view());
    if (known) {
        run("DELETE FROM school_words WHERE rowid = ?", *known);
        run("DELETE FROM school_names WHERE row = ?", *known);
    }
    run("INSERT INTO school_names(school, name) VALUES(?, ?)", school.view(), name);
    const std::string words = without_controls(name);
    run("INSERT INTO school_words(rowid, name) VALUES(?, ?)",
        connection_.last_row(),
        std::string_view(words));
}

Result<void> SearchWriter::remove(const RevisionId& revision) {
    const auto row = first("SELECT row FROM revisions WHERE revision = ?", revision.view());
    if (row)
        remove_row(*row);
    run("DELETE FROM missing WHERE revision = ?", revision.view());
    return outcome_;
}

void SearchWriter::replace(const DocumentUpdate& update) {
    const ByteView document = update.document.view();
    while (const auto row = first("SELECT row FROM revisions WHERE document = ?", document))
        remove_row(*row);
    run("DELETE FROM missing WHERE document = ?", document);
    run("DELETE FROM queue WHERE document = ?", document);
    for (const SearchDocument& head : update.heads)
        insert(update.document, head);
    for (const RevisionId& revision : update.missing)
        run("INSERT OR REPLACE INTO missing VALUES(?, ?)", revision.view(), document);
}

void SearchWriter::remove_row(std::int64_t row) {
    run("DELETE FROM words WHERE rowid = ?", row);
    run("DELETE FROM facets WHERE row = ?", row);
    run("DELETE FROM revisions WHERE row = ?", row);
}

void SearchWriter::insert(const RevisionId& document, const SearchDocument& head) {
    const std::array<std::string, search_columns> words = bounded_words(head.words);
    const std::string key = school_word(head.school);
    run("INSERT INTO revisions(revision, document, kind, reach, school, clock)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        head.revision.view(),
        document.view(),
        std::int64_t{head.kind},
        std::int64_t{head.reach},
        head.school.view(),
        static_cast<std::int64_t>(head.clock.ms));
    const std::int64_t row = connection_.last_row();
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
    for (const FacetValue& facet : head.facets)
        run("INSERT OR IGNORE INTO facets VALUES(?, ?, ?)",
            row,
            std::int64_t{facet.field},
            std::string_view(facet.value));
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
