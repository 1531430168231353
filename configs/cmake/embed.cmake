# Builds a file into a library: staffroom_embed(TARGET FILE HEADER ROOM FUNCTION) makes the source of
# `std::string_view staffroom::ROOM::FUNCTION()`, which HEADER declares, with the bytes of FILE.
# Run as a script (cmake -P) it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${INPUT}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "((0x..,){24})" "\\1\n" bytes "${bytes}")
  file(WRITE "${OUTPUT}" "#include \"${HEADER}\"\n\nnamespace {\n"
    "constexpr unsigned char bytes_of_${FUNCTION}[] = {\n${bytes}0};\n} // namespace\n\n"
    "namespace staffroom::${ROOM} {\nstd::string_view ${FUNCTION}() {\n"
    "    return {static_cast<const char*>(static_cast<const void*>(bytes_of_${FUNCTION})), ${size}};\n}\n"
    "} // namespace staffroom::${ROOM}\n")
  return()
endif()

set(STAFFROOM_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(staffroom_embed target file header room function)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${output}
      -DHEADER=${header} -DROOM=${room} -DFUNCTION=${function} -P ${STAFFROOM_EMBED_SCRIPT}
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" "${STAFFROOM_EMBED_SCRIPT}"
    COMMENT "Embedding ${file}" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
