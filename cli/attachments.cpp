#include "cli/attachments.hpp"

#include "cli/text_file.hpp"
#include "node/services/front_matter.hpp"
#include "node/services/sections.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/attachment.hpp"

namespace staffroom::cli {

namespace {

constexpr std::size_t attachment_bytes_max = 25U << 20U; // domain 2.1

bool lies_inside(const std::filesystem::path& path, const std::filesystem::path& root) {
    const auto relative = path.lexically_relative(root);
    return !relative.empty() && *relative.begin() != "..";
}

bool is_file_inside(const std::filesystem::path& wanted, const std::filesystem::path& root) {
    // By where the path leads, links followed: a folder that came from elsewhere may hold a link to
    // anything.
    std::error_code error;
    const auto place = std::filesystem::weakly_canonical(wanted, error);
    const auto folder = error ? root : std::filesystem::weakly_canonical(root, error);
    return !error && lies_inside(place, folder) && std::filesystem::is_regular_file(place, error);
}

} // namespace

boost::json::array describe_attachments(
    std::string_view text, const std::filesystem::path& file, const std::filesystem::path& root
) {
    boost::json::array out;
    const auto shape = services::read_shape(
        services::split_front_matter(text).text, records::RecordKind::practice_write_up
    );
    if (!shape)
        return out; // the node says what is wrong with the text
    for (const auto& reference : shape->files) {
        const auto place = std::filesystem::absolute(file).parent_path() / reference.path;
        if (!is_file_inside(place, std::filesystem::absolute(root)))
            continue;
        const auto bytes = read_bytes(place, attachment_bytes_max);
        if (!bytes)
            continue;
        const auto hash = records::attachment_hash(as_view(*bytes));
        out.push_back(boost::json::object{
            {"name", reference.path}, {"hash", to_base32(hash)}, {"size", bytes->size()}});
    }
    return out;
}

} // namespace staffroom::cli
