# Target staffroom_flags: the standard, the warnings, the hardening and the sanitizers of every target of ours.
include(CheckCXXCompilerFlag)

# ccache takes the headers of a source from what the compiler lists: preprocessing each source first, to know them before,
# costs a twelfth of a build from nothing. The tests share compiled headers, which ccache takes for the same only if told
# that nobody here asks for the time of a compilation (-Wdate-time).
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
endif()
# Several sources of a target in one compilation: the headers are read once for all, a sixth of the time from nothing.
# Helpers of a room therefore have names of their own. OFF compiles each source alone, as clang-tidy needs it.
# A sanitizer makes GCC take minutes for a joined source, and each source alone is its default there.
if(STAFFROOM_SANITIZE)
  option(STAFFROOM_UNITY "Compile several sources at once" OFF)
  set(optimise -O1)
else()
  option(STAFFROOM_UNITY "Compile several sources at once" ON)
  set(optimise -O2)
endif()
set(CMAKE_UNITY_BUILD ${STAFFROOM_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 24)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# Line numbers for debuggers. configs/build.sh leaves them out: they are a tenth of the compiler's time.
option(STAFFROOM_DEBUG_LINES "Keep line numbers in what RelWithDebInfo compiles" ON)
if(STAFFROOM_DEBUG_LINES OR STAFFROOM_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "${optimise} -g1")
else()
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "${optimise} -g0")
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

add_library(staffroom_flags INTERFACE)
target_include_directories(staffroom_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(staffroom_flags INTERFACE _GLIBCXX_ASSERTIONS)

# Each flag is asked of the compiler: clang lacks some, and -fcf-protection exists on x86 only.
set(staffroom_wanted_flags
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wcast-align
  -Wundef -Wdate-time -Wextra-semi
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -fstack-reuse=none)
# One question for all; a compiler that does not know one of them is asked for each.
list(JOIN staffroom_wanted_flags " " all_flags)
check_cxx_compiler_flag("-Werror ${all_flags}" HAS_all_flags)
foreach(flag IN LISTS staffroom_wanted_flags)
  string(MAKE_C_IDENTIFIER "HAS${flag}" variable)
  if(HAS_all_flags)
    set(${variable} ON)
  else()
    check_cxx_compiler_flag("-Werror ${flag}" ${variable})
  endif()
  if(${variable})
    target_compile_options(staffroom_flags INTERFACE ${flag})
  endif()
endforeach()
# GCC 12 looks for what it can free again and again while it compiles; with half a gigabyte before the first look it is a
# tenth quicker.
check_cxx_compiler_flag(--param=ggc-min-heapsize=500000 HAS_heap_size)
if(HAS_heap_size)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=500000>)
endif()
# GCC takes a source that is compiled with others for a header, whose types must not lie in an unnamed namespace.
if(STAFFROOM_UNITY)
  check_cxx_compiler_flag(-Wno-subobject-linkage HAS_Wno_subobject_linkage)
  if(HAS_Wno_subobject_linkage)
    target_compile_options(staffroom_flags INTERFACE -Wno-subobject-linkage)
  endif()
endif()
# GCC 12 misreads what Asio's executors inline to, so this warning is asked for where no Boost is included.
add_library(staffroom_null_flags INTERFACE)
check_cxx_compiler_flag("-Werror -Wnull-dereference" HAS_Wnull_dereference)
if(HAS_Wnull_dereference)
  target_compile_options(staffroom_null_flags INTERFACE -Wnull-dereference)
endif()
# Warnings are errors with the compiler that this project is checked with, in every build: so the demo and the tests
# share their objects. Another compiler warns of other things, and so does this one of what a sanitizer adds; that must
# not keep anybody from building.
if(NOT STAFFROOM_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(staffroom_werror_default ON)
else()
  set(staffroom_werror_default OFF)
endif()
option(STAFFROOM_WERROR "Treat warnings as errors" ${staffroom_werror_default})
if(STAFFROOM_WERROR)
  target_compile_options(staffroom_flags INTERFACE -Werror)
endif()
if(STAFFROOM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(STAFFROOM_SANITIZE)
  add_compile_options(-fsanitize=${STAFFROOM_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STAFFROOM_SANITIZE})
else()
  target_compile_options(staffroom_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>)
endif()
target_link_options(staffroom_flags INTERFACE -Wl,-z,relro,-z,now)
