# Man pages, made by scdoc, and completions, made by the program from its own parser's tree. Without
# scdoc the programs are built and the pages are not.
include(GNUInstallDirs)

find_program(SCDOC scdoc)
if(SCDOC)
  set(man_pages "")
  foreach(page IN ITEMS
      staffroom.1 staffroom-backup.1 staffroom-care.1 staffroom-completions.1 staffroom-config.1 staffroom-init.1
      staffroom-erasure.1
      staffroom-keys.1
      staffroom-link.1 staffroom-neighbour.1 staffroom-network.1 staffroom-people.1 staffroom-reading.1 staffroom-records.1
      staffroom.toml.5 staffroomd.8)
    set(source ${CMAKE_SOURCE_DIR}/configs/man/${page}.scd)
    set(written ${CMAKE_BINARY_DIR}/man/${page})
    set(target ${written}.gz)
    add_custom_command(OUTPUT ${target}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
      COMMAND sh -c "exec \"$0\" < \"$1\" > \"$2\"" ${SCDOC} ${source} ${written}
      COMMAND gzip -9nf ${written}
      DEPENDS ${source} VERBATIM)
    list(APPEND man_pages ${target})
    string(REGEX REPLACE ".*\\." "" section ${page})
    install(FILES ${target} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endforeach()
  add_custom_target(man ALL DEPENDS ${man_pages})
endif()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/cli/schemas DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(CMAKE_CROSSCOMPILING)
  return() # the program that prints the completions does not run here
endif()
set(completions "")
foreach(shell IN ITEMS bash zsh fish)
  set(target ${CMAKE_BINARY_DIR}/completions/staffroom.${shell})
  add_custom_command(OUTPUT ${target}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completions
    COMMAND sh -c "exec \"$0\" completions \"$1\" > \"$2\"" $<TARGET_FILE:staffroom> ${shell} ${target}
    DEPENDS staffroom VERBATIM)
  list(APPEND completions ${target})
endforeach()
add_custom_target(completions ALL DEPENDS ${completions})
install(FILES ${CMAKE_BINARY_DIR}/completions/staffroom.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME staffroom)
install(FILES ${CMAKE_BINARY_DIR}/completions/staffroom.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _staffroom)
install(FILES ${CMAKE_BINARY_DIR}/completions/staffroom.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
