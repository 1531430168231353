# Writes OUTPUT, the table of the files of a built page: cmake -DFOLDER=DIR -DOUTPUT=FILE.cpp -P embed_page.cmake
# DIR has index.html and assets/*; NAME.gz and NAME.br beside a file are its compressed copies. Without index.html the
# table is empty. The bytes come in by the assembler's .incbin, which costs no time.
cmake_minimum_required(VERSION 3.25)
set(names "")
if(EXISTS "${FOLDER}/index.html")
  file(GLOB_RECURSE names RELATIVE "${FOLDER}" "${FOLDER}/assets/*")
  list(FILTER names EXCLUDE REGEX "\\.(gz|br|map)$")
  list(APPEND names index.html)
  list(SORT names)
endif()
set(bytes "")
set(table "")
set(count 0)
foreach(name IN LISTS names)
  # The sum stands in the source, so that the compiler looks again when a file changes under its name.
  file(SHA256 "${FOLDER}/${name}" sum)
  set(cells "")
  foreach(variant IN ITEMS "" ".gz" ".br")
    set(file "${FOLDER}/${name}${variant}")
    if(EXISTS "${file}")
      set(symbol "staffroom_page_${count}")
      math(EXPR count "${count} + 1")
      string(APPEND bytes "asm(\".pushsection .rodata\\n.global ${symbol}\\n${symbol}:\\n"
        ".incbin \\\"${file}\\\"\\n.global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.popsection\\n\");\n"
        "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
      string(APPEND cells ", view(${symbol}, ${symbol}_end)")
    else()
      string(APPEND cells ", std::string_view()")
    endif()
  endforeach()
  string(APPEND table "        PageFile{\"/${name}\"${cells}}, // ${sum}\n")
endforeach()
if(names)
  set(body "    static const std::array files{\n${table}    };\n    return files;\n")
else()
  set(body "    return {};\n")
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#include \"node/http/page/page_files.hpp\"

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
# A file that says the same keeps its time; what asked for it must not ask again.
file(TOUCH_NOCREATE "${OUTPUT}")
