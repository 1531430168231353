# The page in the node. staffroom_web(TARGET) builds it with configs/web.sh while the C++ compiles, or takes one that
# is built already (-DSTAFFROOM_WEB_DIR=DIR). TARGET becomes the library of the table that page_files.hpp in
# node/http/page declares. Whatever links it waits for the page.
set(STAFFROOM_WEB_DIR "" CACHE PATH "A page that is built already: index.html and assets/; empty: it is built here")

function(staffroom_web target)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/page_files.cpp")
  set(embed "${CMAKE_SOURCE_DIR}/configs/cmake/embed_page.cmake")
  if(STAFFROOM_WEB_DIR)
    set(folder "${STAFFROOM_WEB_DIR}")
    if(NOT EXISTS "${folder}/index.html")
      message(FATAL_ERROR "STAFFROOM_WEB_DIR=${folder} has no index.html")
    endif()
    # It names its assets by their content, so it changes with any of them.
    set(changes "${folder}/index.html")
  else()
    set(folder "${CMAKE_BINARY_DIR}/web")
    set(changes "${folder}.state")
    # Runs in each build, and touches nothing while its sources are as they were.
    add_custom_target(web
      COMMAND ${CMAKE_SOURCE_DIR}/configs/web.sh "${folder}"
      BYPRODUCTS "${changes}" COMMENT "Building the page" VERBATIM)
  endif()
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DFOLDER=${folder}" "-DOUTPUT=${output}" -P "${embed}"
    DEPENDS "${changes}" "${embed}" COMMENT "Embedding the page" VERBATIM)
  set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  add_library(${target} STATIC "${output}")
  target_link_libraries(${target} PRIVATE staffroom_flags)
endfunction()
