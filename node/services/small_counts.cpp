#include "node/services/small_counts.hpp"
namespace staffroom::services {
std::string shown_count(std::string_view value, bool is_own_school) {
    if (!is_own_school && value.size() == 1 && value[0] >= '1' && value[0] <= '5')
        return "fewer than 6";
    return std::string(value);
}
} // namespace staffroom::services
