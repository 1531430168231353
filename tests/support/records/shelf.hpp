// A library over the records of several schools, as one node holds them after a sync: real entries
// in a real store, written without the nodes of these schools. For tests of what one node makes of
// other schools' records, hostile ones too.
#pragma once

#include "node/services/publishing/preparation.hpp"
#include "protocol/agreement/crossing.hpp"
#include "protocol/crypto/hash.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"
#include "tests/support/store/unsteady_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

inline SchoolId school_of(std::uint8_t byte) {
    SchoolId::Raw raw{};
    raw.fill(byte);
    return SchoolId(raw);
}

/// The library as the owner of the machine sees it.
inline services::LibraryView as_owner(const services::Library& library) {
    return library.as(services::Reader::machine_owner());
}

class Shelf {
public:
    static std::unique_ptr<storage::Store> open(storage::FileSystem& files) {
        auto opened = storage::Store::open(files, "/disk/store");
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }

    [[nodiscard]] services::LibraryView library() const { return as_owner(library_); }
    [[nodiscard]] services::LibraryView as(services::Reader reader) const {
        return library_.as(std::move(reader));
    }
    UnsteadyFileSystem& disk() { return disk_; }
    [[nodiscard]] const SpaceId& network() const { return builder_.state().descriptor.space; }

    /// A bare draft for the network, for entries that no honest node writes.
    [[nodiscard]] replica::RecordDraft draft(
        const std::string& title, records::RecordKind kind = records::RecordKind::practice_write_up
    ) const {
        records::RecordBody body;
        body.title = title;
        auto encoded = records::encode_body(body);
        REQUIRE(encoded.has_value());
        return {
            network(),
            static_cast<std::uint32_t>(kind),
            std::nullopt,
            {},
            {},
            static_cast<std::uint32_t>(records::Reach::network),
            static_cast<std::uint32_t>(encoded->codec),
            encoded->plain_length,
            0,
            encoded->encoded,
            std::nullopt};
    }

    /// An entry that has not arrived yet.
    struct Written {
        RevisionId id;
        SharedBytes header;
        replica::BodyBytes body;
    };
    /// An entry as `school` would write it, a millisecond after the one before, or when its clock
    /// says.
    Written write(
        const SchoolId& school,
        const replica::RecordDraft& draft,
        const std::optional<WallTime>& clock = std::nullopt
    ) {
        const Salt salt(Salt::Raw{});
        log::EntryHeader header{.kind = draft.kind, .school = school};
        header.document = draft.document;
        header.parents = draft.parents;
        for (const auto& [target, relation] : draft.about)
            header.about.push_back({target, relation});
        header.reach = draft.reach;
        header.retention = draft.retention;
        header.clock = clock.value_or(WallTime{++now_});
        header.codec = draft.codec;
        header.encoded_length = static_cast<std::uint32_t>(draft.encoded->size());
        header.plain_length = draft.plain_length;
        header.commitment = records::commitment(salt, *draft.encoded);
        for (const SharingId& link : draft.links)
            header.audience.push_back(agreement::reader_mark(link, *header.commitment));
        header.pass_on = draft.pass_on;
        auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
        REQUIRE(log::parse_header(*bytes).has_value());
        return {log::revision_id(*bytes), bytes, {to_bytes(salt.view()), draft.encoded}};
    }

    /// Lets it arrive, perhaps without its words.
    Position keep(const Written& entry, replica::BodyState state = replica::BodyState::have) {
        const Position position{builder_.state().stored.value};
        const bool is_whole = state == replica::BodyState::have;
        REQUIRE(store_->commit(batch_of(builder_.append(
            {{entry.id, entry.header, state, is_whole ? entry.body : replica::BodyBytes{}}}
        ))));
        REQUIRE(library_.update(extents()));
        return position;
    }
    /// Many at once, as a copy of a whole log brings them: the library looks once.
    void keep_all(const std::vector<Written>& entries) {
        std::vector<replica::NewEntry> all;
        all.reserve(entries.size());
        for (const Written& each : entries)
            all.push_back({each.id, each.header, replica::BodyState::have, each.body});
        REQUIRE(store_->commit(batch_of(builder_.append(std::move(all)))));
        REQUIRE(library_.update(extents()));
    }
    /// The library looks again, though nothing came.
    void look_again() { REQUIRE(library_.update(extents())); }
    /// Its words arrive after it.
    void fill(const Written& entry, Position position) {
        replica::StoreBatch batch;
        batch.bodies.push_back({builder_.id(), position, entry.id, entry.body});
        REQUIRE(store_->commit(batch));
        REQUIRE(library_.update(extents()));
    }
    /// Writes it and lets it arrive.
    RevisionId put(const SchoolId& school, const replica::RecordDraft& draft) {
        const Written entry = write(school, draft);
        keep(entry);
        return entry.id;
    }

    /// The links of the network from now on.
    void link(std::vector<replica::LinkStatus> links) { links_ = std::move(links); }
    [[nodiscard]] WallTime now() const { return WallTime{now_}; }

    /// What a node says that starts anew over the same store.
    [[nodiscard]] std::unique_ptr<services::Library> fresh_library() const {
        auto library = std::make_unique<services::Library>(*store_, 7);
        REQUIRE(library->update(extents()));
        return library;
    }

    /// What `school`'s node would say to this request, addressed to the network.
    services::Prepared ask(const SchoolId& school, services::RecordRequest request) {
        request.path = "a.md";
        services::Preparation with = preparation(school);
        return services::prepare_record(with, request, network());
    }
    services::Prepared ask(const SchoolId& school, const services::RetractionRequest& request) {
        services::Preparation with = preparation(school);
        return services::prepare_retraction(with, request);
    }

    /// As `ask`, and written.
    template <class Request> RevisionId publish(const SchoolId& school, const Request& request) {
        const services::Prepared prepared = ask(school, request);
        if (const auto* refusal = std::get_if<services::Refusal>(&prepared.outcome))
            FAIL(refusal->code << ": " << refusal->error.detail);
        REQUIRE(prepared.draft.has_value());
        return put(school, *prepared.draft);
    }

private:
    [[nodiscard]] std::vector<services::LogExtent> extents() const {
        return {{builder_.id(), network(), builder_.state().stored}};
    }

    services::Preparation preparation(const SchoolId& school) {
        return {
            options_,
            *store_,
            library_.as(services::Reader::node_itself()),
            library(),
            school,
            WallTime{now_},
            schools_,
            false,
            {},
            links_};
    }

    TornFileSystem files_;
    UnsteadyFileSystem disk_{files_};
    std::unique_ptr<storage::Store> store_ = open(disk_);
    services::Library library_{*store_};
    LogBuilder builder_{{.seed = 3}};
    services::PublishingOptions options_{crypto::Secret32(), "en-GB", "Oakhill", ""};
    std::vector<services::KnownSchool> schools_{
        {school_of(1), "Oakhill"}, {school_of(2), "Heathview"}, {school_of(3), "Yewlands"}};
    std::vector<replica::LinkStatus> links_{};
    std::uint64_t now_ = 1'800'000'000'000;
};

/// The stable code of a refusal; empty where there is none.
inline std::string refusal_code(const services::Prepared& prepared) {
    const auto* refusal = std::get_if<services::Refusal>(&prepared.outcome);
    return refusal == nullptr ? "" : refusal->code;
}

} // namespace staffroom::tests
