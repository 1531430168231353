# What bytes from outside reach, as fuzz targets: the replay in the test command, and with STAFFROOM_FUZZ the libFuzzer
# programs. The names of the targets stand in the tables of the sources; a program prints its own with --names.
set(fuzz_core_sources
  fuzz/targets/agreement_targets.cpp fuzz/targets/backup_targets.cpp
  fuzz/targets/channel_targets.cpp fuzz/targets/chunk_targets.cpp fuzz/core_table.cpp fuzz/targets/disk_targets.cpp fuzz/targets/erasure_targets.cpp fuzz/targets/fork_targets.cpp
  fuzz/machine.cpp
  fuzz/targets/member_targets.cpp fuzz/targets/message_targets.cpp fuzz/targets/pair_targets.cpp fuzz/targets/proof_targets.cpp
  fuzz/targets/record_targets.cpp fuzz/targets/recovery_targets.cpp fuzz/targets/roster_targets.cpp fuzz/scene.cpp fuzz/targets/signed_targets.cpp fuzz/targets/store_targets.cpp
  fuzz/test_keys.cpp)
set(fuzz_parser_sources fuzz/targets/certificate_targets.cpp fuzz/targets/detail_targets.cpp fuzz/targets/file_targets.cpp fuzz/parser_table.cpp fuzz/targets/request_targets.cpp)

# The name is that of the replay; the libFuzzer program is fuzz_NAME.
function(staffroom_fuzz name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(${name}_targets STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name}_targets PUBLIC tests_support ${arg_LINK} PRIVATE staffroom_flags)
  set_target_properties(${name}_targets PROPERTIES UNITY_BUILD ${STAFFROOM_UNITY})
  staffroom_test(${name}_replay fuzz/replay_test.cpp LINK ${name}_targets)
  if(STAFFROOM_FUZZ)
    add_executable(fuzz_${name} fuzz/fuzz_main.cpp)
    target_link_libraries(fuzz_${name} PRIVATE ${name}_targets staffroom_flags)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

staffroom_fuzz(core ${fuzz_core_sources})
if(NOT STAFFROOM_CORE_ONLY)
  staffroom_fuzz(parser ${fuzz_parser_sources} LINK staffroom_cli staffroom_node)
  staffroom_fuzz(http
    fuzz/targets/connection_target.cpp fuzz/http_table.cpp fuzz/targets/http_target.cpp support/node/solo_core.cpp LINK staffroom_node)
endif()
