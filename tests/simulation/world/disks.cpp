#include "tests/simulation/world/disks.hpp"

#include "protocol/log/entry.hpp"
#include "storage/store/salvage.hpp"

namespace staffroom::simulation {
namespace {

constexpr auto store_folder = "/disk/store";
constexpr auto files_folder = "/disk/files";

storage::SalvageOptions salvage_options() {
    storage::SalvageOptions options;
    options.store.wait_for_background = true;
    options.store.database.block_cache_bytes = 256UL * 1024; // hundreds of schools fit one machine
    options.is_first_revision = [](ByteView header) {
        const auto parsed = log::parse_header(header);
        return parsed && log::begins_document(*parsed);
    };
    return options;
}

} // namespace

Result<OpenedDisk> open_disk(tests::TornFileSystem& disk) {
    const storage::SalvageOptions options = salvage_options();
    auto opened = storage::open_or_salvage(disk, store_folder, options);
    if (!opened)
        return fail(opened.error());
    auto files = storage::AttachmentStore::open(disk, files_folder);
    if (!files)
        return fail(files.error());
    OpenedDisk result{
        std::move(opened->store), std::move(*files), {}, opened->salvaged.has_value()};
    auto image = result.store->load_image();
    if (!image && image.error().code == Errc::corrupt) {
        // The index opened and then turned out to be damaged inside.
        result.store.reset();
        if (auto salvaged = storage::salvage(disk, store_folder, options); !salvaged)
            return fail(salvaged.error());
        auto store = storage::Store::open(disk, store_folder, options.store);
        if (!store)
            return fail(store.error());
        result.store = std::move(*store);
        result.was_salvaged = true;
        image = result.store->load_image();
    }
    if (!image)
        return fail(image.error());
    result.image = std::move(*image);
    return result;
}

} // namespace staffroom::simulation
