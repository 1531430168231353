# `ninja web` builds the page into the build folder, as configs/build.sh does before it configures:
# the node takes in the files of STAFFROOM_WEB_DIR when it is configured, since their names have
# hashes in them.
add_custom_target(web
  COMMAND ${CMAKE_SOURCE_DIR}/configs/web.sh ${CMAKE_BINARY_DIR}/web
  USES_TERMINAL VERBATIM)
