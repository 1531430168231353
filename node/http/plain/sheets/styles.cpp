#include "node/http/plain/sheets/styles.hpp"

#include <algorithm>

namespace staffroom::http::plain {

std::string style_sheet() {
    // The fonts stand first there, by addresses that only the built page has.
    const std::string_view tokens = token_styles();
    std::string sheet(tokens.substr(std::min(tokens.find(":root"), tokens.size())));
    for (const std::string_view part :
         {base_styles(), shape_styles(), prose_styles(), plain_styles(), print_styles()})
        sheet += part;
    return sheet;
}

} // namespace staffroom::http::plain
