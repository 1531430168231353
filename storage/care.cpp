#include "storage/care.hpp"

#include "protocol/log/entry.hpp"

#include <algorithm>
#include <set>

namespace staffroom::storage {

using replica::BodyState;
using replica::EntryPlace;

namespace {

bool names_files(ByteView header) {
    const auto parsed = log::parse_header(header);
    return parsed && parsed->commitment && parsed->attachment_bytes > 0;
}

/// Every file that a record here names is here and good, or its entry is put on the list.
class FileRound {
public:
    FileRound(const Store& store, AttachmentStore& files, CareReport& report)
        : store_(store)
        , files_(files)
        , report_(report) {}

    Result<void> run() {
        auto checked = files_.check();
        if (!checked)
            return fail(checked.error());
        damaged_.insert(checked->damaged.begin(), checked->damaged.end());
        report_.files_damaged = damaged_.size();
        for (const LogId& log : store_.logs()) {
            auto done = store_.for_each_entry(log, Position{0}, [&](const auto& entry) {
                look_at({log, entry.position}, entry.row);
                return Result<bool>(true);
            });
            if (!done)
                return done;
        }
        return {};
    }

private:
    void look_at(const EntryPlace& place, const EntryRow& row) {
        if (row.state != BodyState::have || !names_files(row.header))
            return;
        const auto body = store_.segments().read({row.place, revision_of(row.header)});
        const auto named = body ? replica::files_of(row.header, *body)
                                : Result<std::vector<FileName>>(fail(body.error()));
        if (!named)
            return; // a damaged body is on the list already
        bool is_whole = true;
        for (const FileName& file : *named) {
            // Reading a damaged file sets it aside: else it would still count as held.
            if (damaged_.contains(file.hash))
                static_cast<void>(files_.read(file));
            is_whole = is_whole && files_.holds(file);
        }
        if (!is_whole)
            report_.fetch_again.push_back(place);
    }

    const Store& store_;
    AttachmentStore& files_;
    CareReport& report_;
    std::set<Digest> damaged_;
};

} // namespace

Result<CareReport> look_after(Store& store, AttachmentStore& files, const AuditOptions& options) {
    CareReport report;
    auto audited = audit(store, options);
    if (audited) {
        report.audit = std::move(*audited);
        for (const DamagedPlace& place : report.audit.damaged) {
            if (place.damage == Damage::body)
                report.fetch_again.push_back({place.log, place.position});
        }
        report.needs_salvage = report.audit.needs_salvage;
    }
    auto looked = audited ? FileRound(store, files, report).run() : fail(audited.error());
    if (!looked && looked.error().code != Errc::corrupt)
        return fail(looked.error());
    report.needs_salvage = report.needs_salvage || !looked;
    return report;
}

} // namespace staffroom::storage
