# The Debian package, by CPack: configs/package.sh builds and calls it, and so can `cpack -G DEB` in any
# build folder. What stands here beside the programs, the pages and the completions is the package's own
# component, which no other install brings.
include(GNUInstallDirs)

set(package_files ${CMAKE_SOURCE_DIR}/configs/package)
set(package_made ${CMAKE_BINARY_DIR}/package)

# Every setting with its default, as a comment: what an administrator has not touched follows the program. One is
# set: a service is opened from other machines, and by HTTPS alone.
file(READ ${CMAKE_SOURCE_DIR}/configs/node.example.toml settings)
string(REGEX REPLACE "^[^[]*\n\n" "" settings "${settings}")
string(REGEX REPLACE "\n([a-z_]+ = )" "\n#\\1" settings "${settings}")
string(REPLACE "\n#listen = \"\"\n" "\nlisten = \"0.0.0.0:7443\"\n" settings "${settings}")
file(CONFIGURE OUTPUT ${package_made}/staffroom.toml @ONLY NEWLINE_STYLE UNIX CONTENT
  "# Settings of this machine's Staffroom node; staffroom.toml(5) tells more. A line without # at its
# beginning changes a setting; \`systemctl restart staffroom\` makes the node read it. What stands in
# /var/lib/staffroom/staffroom.toml, which the page writes too, wins over this file, and the
# environment over both; \`staffroom config show --origin\` says which one did.

@settings@")
file(WRITE ${package_made}/conffiles "/etc/staffroom/staffroom.toml\n")
add_custom_command(OUTPUT ${package_made}/changelog.gz
  COMMAND sh -c "exec gzip -9n < \"$0\" > \"$1\"" ${package_files}/changelog ${package_made}/changelog.gz
  DEPENDS ${package_files}/changelog VERBATIM)
add_custom_target(package_changelog ALL DEPENDS ${package_made}/changelog.gz)

# CPack's prefix is /usr: /etc stands beside it. Systemd looks in lib, whatever the architecture.
function(staffroom_package_file file destination)
  install(FILES ${file} DESTINATION ${destination} COMPONENT package EXCLUDE_FROM_ALL ${ARGN})
endfunction()
staffroom_package_file(${package_made}/staffroom.toml ../etc/staffroom)
staffroom_package_file(${CMAKE_SOURCE_DIR}/configs/staffroom.service lib/systemd/system)
staffroom_package_file(${CMAKE_SOURCE_DIR}/configs/staffroom.sysusers.conf lib/sysusers.d RENAME staffroom.conf)
staffroom_package_file(${CMAKE_SOURCE_DIR}/configs/staffroom.tmpfiles.conf lib/tmpfiles.d RENAME staffroom.conf)
staffroom_package_file(${CMAKE_SOURCE_DIR}/configs/node.example.toml share/doc/staffroom)
staffroom_package_file(${CMAKE_SOURCE_DIR}/configs/server.md share/doc/staffroom)
staffroom_package_file(${package_files}/copyright share/doc/staffroom)
staffroom_package_file(${package_made}/changelog.gz share/doc/staffroom)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME staffroom)
set(CPACK_PACKAGE_CONTACT "Staffroom maintainers <maintainers@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "school's node for sharing practice with other schools")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Schools share what they have tried: write-ups of practice, findings of
enquiries, reviews, adoptions, calls for help, and the files that belong to
them. Each school runs this node on its own machine, and the nodes of a
network exchange records directly, without a central server.

The node serves a page for teachers; the command line is for whoever keeps
the machine.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${CMAKE_BINARY_DIR};staffroom;Unspecified;/;${CMAKE_BINARY_DIR};staffroom;package;/")
set(CPACK_STRIP_FILES ON)
# Whatever the umask of whoever builds it.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The scripts make the user and the folder with these. The standalone ones are for machines without systemd.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${package_files}/postinst ${package_files}/prerm ${package_files}/postrm ${package_made}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
