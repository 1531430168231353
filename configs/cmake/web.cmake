# Builds the page into a library: staffroom_web(TARGET) makes the table that node/http/page/page_files.hpp
# declares, from the files of STAFFROOM_WEB_DIR: index.html and assets/*. NAME.gz and NAME.br beside a
# file are its compressed variants. The bytes come in by the assembler's .incbin, which costs no time.
set(STAFFROOM_WEB_DIR "" CACHE PATH "The built page: index.html and assets/; empty: none is built in")

function(staffroom_web target)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp")
  set(names "")
  if(STAFFROOM_WEB_DIR)
    if(NOT EXISTS "${STAFFROOM_WEB_DIR}/index.html")
      message(FATAL_ERROR "STAFFROOM_WEB_DIR=${STAFFROOM_WEB_DIR} has no index.html")
    endif()
    file(GLOB_RECURSE names CONFIGURE_DEPENDS RELATIVE "${STAFFROOM_WEB_DIR}" "${STAFFROOM_WEB_DIR}/assets/*")
    list(FILTER names EXCLUDE REGEX "\\.(gz|br|map)$")
    list(APPEND names index.html)
    list(SORT names)
  endif()
  set(bytes "")
  set(table "")
  set(count 0)
  set(embedded "")
  foreach(name IN LISTS names)
    set(cells "")
    foreach(variant IN ITEMS "" ".gz" ".br")
      set(file "${STAFFROOM_WEB_DIR}/${name}${variant}")
      if(EXISTS "${file}")
        set(symbol "staffroom_page_${count}")
        math(EXPR count "${count} + 1")
        string(APPEND bytes "asm(\".pushsection .rodata\\n.global ${symbol}\\n${symbol}:\\n"
          ".incbin \\\"${file}\\\"\\n.global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.popsection\\n\");\n"
          "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
        string(APPEND cells ", view(${symbol}, ${symbol}_end)")
        list(APPEND embedded "${file}")
      else()
        string(APPEND cells ", std::string_view()")
      endif()
    endforeach()
    string(APPEND table "        PageFile{\"/${name}\"${cells}},\n")
  endforeach()
  if(names)
    set(body "    static const std::array files{\n${table}    };\n    return files;\n")
  else()
    set(body "    return {};\n")
  endif()
  file(CONFIGURE OUTPUT "${output}" CONTENT "#include \"node/http/page/page_files.hpp\"

#include <array>

@bytes@
namespace staffroom::http {
namespace {
[[maybe_unused]] std::string_view view(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}
} // namespace

std::span<const PageFile> page_files() {
@body@}
} // namespace staffroom::http
" @ONLY)
  set_source_files_properties("${output}" PROPERTIES
    SKIP_UNITY_BUILD_INCLUSION ON OBJECT_DEPENDS "${embedded}")
  target_sources(${target} PRIVATE "${output}")
endfunction()
