# What a server needs beside the programs: the unit, its user and folder, every setting with its
# default. `cmake --install BUILD --component service` brings these alone.
include(GNUInstallDirs)

file(READ ${CMAKE_SOURCE_DIR}/configs/staffroom.service unit)
string(REPLACE "/usr/bin/staffroomd" "${CMAKE_INSTALL_FULL_BINDIR}/staffroomd" unit "${unit}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/service/staffroom.service CONTENT "${unit}" @ONLY
  NEWLINE_STYLE UNIX)

# Not CMAKE_INSTALL_LIBDIR: systemd looks in lib, whatever the architecture.
install(FILES ${CMAKE_BINARY_DIR}/service/staffroom.service
  DESTINATION lib/systemd/system COMPONENT service)
install(FILES ${CMAKE_SOURCE_DIR}/configs/staffroom.sysusers.conf
  DESTINATION lib/sysusers.d RENAME staffroom.conf COMPONENT service)
install(FILES ${CMAKE_SOURCE_DIR}/configs/staffroom.tmpfiles.conf
  DESTINATION lib/tmpfiles.d RENAME staffroom.conf COMPONENT service)
install(FILES ${CMAKE_SOURCE_DIR}/configs/node.example.toml
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT service)
