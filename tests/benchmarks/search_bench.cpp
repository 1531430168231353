// Measures how fast words are indexed and found: a table of searches by class, each search as a
// person types it, through the same code as the node's.
// Usage: search_bench [directory] [records] [rounds] [queries]
// Records are slices of 2 KB of the corpus, or of made-up words where it is not there. Prints a
// table; asserts nothing about time.
#include "node/services/search/search_query.hpp"
#include "tests/support/node/search_builder.hpp"
#include "tests/support/records/corpus.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>

namespace {

using namespace std::chrono;
using staffroom::storage::SearchBatch;
using staffroom::storage::SearchIndex;
using Query = std::pair<std::string, std::string>; // class, words

constexpr std::size_t slice_bytes = 2000;
constexpr std::size_t batch_records = 128; // as the indexer's
constexpr std::uint32_t schools = 40;

std::vector<Query> read_queries(const std::string& path) {
    std::ifstream in(path);
    std::vector<Query> queries;
    for (std::string line; std::getline(in, line);) {
        const std::size_t tab = line.find('\t');
        if (!line.starts_with('#') && tab != std::string::npos)
            queries.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    }
    return queries;
}

/// Words of the queries and others, the n-th of them n times rarer than the first.
std::string made_up_text(const std::vector<Query>& queries, std::mt19937_64& random) {
    std::vector<std::string> words;
    for (const auto& [name, query] : queries)
        if (name == "one" || name == "common")
            words.push_back(query);
    for (int i = 0; i < 20'000; ++i) {
        std::string word;
        for (std::size_t syllables = 2 + random() % 3; syllables > 0; --syllables) {
            word += "bcdfghjklmnprstvw"[random() % 17];
            word += "aeiou"[random() % 5];
        }
        words.push_back(word);
    }
    std::shuffle(words.begin(), words.end(), random);
    std::uniform_real_distribution<double> even(0, std::log(static_cast<double>(words.size())));
    std::string text;
    while (text.size() < 4'000'000)
        text += words[static_cast<std::size_t>(std::exp(even(random))) - 1] + " ";
    return text;
}

std::string all_text(const std::vector<Query>& queries, std::mt19937_64& random) {
    std::string text;
    for (const auto& path : staffroom::tests::corpus_documents())
        text += staffroom::tests::read_whole_file(path);
    return text.empty() ? made_up_text(queries, random) : text;
}

/// A slice between two spaces, so that no word and no character is cut.
std::string slice(const std::string& text, std::mt19937_64& random) {
    const std::size_t begin = text.find(' ', random() % (text.size() - 2 * slice_bytes));
    return text.substr(begin + 1, text.find(' ', begin + slice_bytes) - begin - 1);
}

struct Rate {
    double wall_us;
    double cpu_us;
};

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

bool fill(SearchIndex& index, const std::string& text, std::size_t records, Rate& rate) {
    std::mt19937_64 random(7);
    std::uint32_t made = 0;
    double wall = 0;
    double cpu = 0;
    while (made < records) {
        std::vector<staffroom::storage::SearchDocument> documents;
        for (std::size_t i = 0; i < batch_records && made < records; ++i) {
            std::string words = slice(text, random);
            const std::string title = words.substr(0, words.find(' ', 40));
            auto document = staffroom::tests::search_document(++made, title, std::move(words));
            document.school = staffroom::tests::numbered<staffroom::SchoolId>(made % schools);
            document.words[4] = "A Teacher";
            document.words[5] = "School " + std::to_string(made % schools);
            document.facets = {{1, "primary"}, {3, "homework"}};
            documents.push_back(std::move(document));
        }
        const SearchBatch batch = staffroom::tests::batch_of(std::move(documents));
        const auto begin = steady_clock::now();
        const double cpu_begin = cpu_seconds();
        if (!index.write(batch))
            return false;
        wall += duration<double>(steady_clock::now() - begin).count();
        cpu += cpu_seconds() - cpu_begin;
    }
    rate = {wall / made * 1e6, cpu / made * 1e6};
    return true;
}

double part(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const auto place =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(place, 1) - 1];
}

/// Milliseconds, the median of several runs; negative when the search failed.
double time_of(const SearchIndex& index, const std::string& query, std::size_t rounds, bool& hits) {
    std::vector<double> times;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto begin = steady_clock::now();
        const auto match = staffroom::services::match_of(query, {});
        if (!match)
            return -1;
        const auto page = index.search({*match, {}, 20});
        times.push_back(duration<double, std::milli>(steady_clock::now() - begin).count());
        if (!page)
            return -1;
        hits = !page->hits.empty();
    }
    return part(times, 0.5);
}

void print(const std::string& name, const std::vector<double>& times, std::size_t with_hits) {
    std::printf(
        "%-10s %5zu %5zu %9.2f %9.2f %9.2f %9.2f\n",
        name.c_str(),
        times.size(),
        with_hits,
        part(times, 0.5),
        part(times, 0.95),
        part(times, 0.99),
        part(times, 1.0)
    );
}

bool search_all(const SearchIndex& index, const std::vector<Query>& queries, std::size_t rounds) {
    std::map<std::string, std::vector<double>> times;
    std::map<std::string, std::size_t> with_hits;
    for (const auto& [name, query] : queries) {
        bool hits = false;
        const double time = time_of(index, query, rounds, hits);
        if (time < 0) {
            std::printf("failed: %s\n", query.c_str());
            return false;
        }
        times[name].push_back(time);
        with_hits[name] += hits ? 1U : 0U;
        if (name == "common") {
            std::printf("  %-12s %7.2f ms\n", query.c_str(), time);
            continue;
        }
        times["all 200"].push_back(time);
        with_hits["all 200"] += hits ? 1U : 0U;
    }
    std::puts("class      count  hits    median       p95       p99       max  (ms)");
    for (const auto& [name, values] : times)
        print(name, values, with_hits[name]);
    return true;
}

} // namespace

int main(int count, char** words) {
    const std::filesystem::path directory = count > 1 ? words[1] : "search_bench.data";
    const std::size_t records = count > 2 ? std::stoul(words[2]) : 100'000;
    const std::size_t rounds = count > 3 ? std::stoul(words[3]) : 5;
    const auto queries = read_queries(count > 4 ? words[4] : QUERIES_FILE);
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    staffroom::storage::PosixFileSystem files;
    SearchIndex index(files, (directory / "index").string());
    std::mt19937_64 random(3);
    Rate rate{0, 0};
    if (!index.open() || !fill(index, all_text(queries, random), records, rate))
        return 1;
    std::printf(
        "%zu records, %.0f us a record (%.0f us CPU)\n", records, rate.wall_us, rate.cpu_us
    );
    if (!search_all(index, queries, rounds))
        return 1;
    const auto begin = steady_clock::now();
    const std::vector one{staffroom::tests::numbered<staffroom::RevisionId>(1)};
    if (!index.forget(one))
        return 1;
    const double forget_s = duration<double>(steady_clock::now() - begin).count();
    const auto size = std::filesystem::file_size(directory / "index" / "search.db");
    std::printf("forget one: %.1f s; file: %.0f MB\n", forget_s, static_cast<double>(size) / 1e6);
    std::puts("after it, all words in one part:");
    return search_all(index, queries, rounds) ? 0 : 1;
}
