// The files of the page as they were built in (-DSTAFFROOM_WEB_DIR=DIR): index.html and what lies
// in assets/, with the variants that were compressed beside them. The table is made by
// configs/cmake/web.cmake; without a folder it is empty.
#pragma once

#include <span>
#include <string_view>

namespace staffroom::http {

struct PageFile {
    std::string_view path; // "/index.html", "/assets/NAME-HASH.ext"
    std::string_view plain;
    std::string_view gzip;   // empty: there is none
    std::string_view brotli; //
};

[[nodiscard]] std::span<const PageFile> page_files();

} // namespace staffroom::http
