# Compiler, warnings, sanitizers, ccache and linker: the same for every target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")  # -O3 gives g++ 12 false warnings in std::string
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # What is precompiled is known by its content, which names its folder: a clone elsewhere shares no
  # results with this one. What a source includes is known by the compiler's own list.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# What all our own targets are compiled with.
add_library(vedette_flags INTERFACE)
target_include_directories(vedette_flags INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_options(vedette_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fno-omit-frame-pointer -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 implements std::stable_sort with a function that it deprecates itself.
  target_compile_options(vedette_flags INTERFACE
    -Wno-deprecated-declarations -Wthread-safety -Wunused-result -Wno-c99-designator -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
    "SHELL:-Xclang -fno-pch-timestamp")
else()
  # GoogleTest's macros end in an else that g++ takes for a reader's trap; and it sees values of
  # std::optional used that are never read (a known false alarm of g++ 12).
  # It is here to read the sources, not to be quick.
  target_compile_options(vedette_flags INTERFACE -Wno-dangling-else -Wno-maybe-uninitialized
                         $<$<CONFIG:Debug>:-O0> $<$<CONFIG:Debug>:-g0>)
endif()

if(VEDETTE_SANITIZE STREQUAL "address")
  # What object-size finds, ASan finds; its checks cost a quarter of the time to compile.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=object-size -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(VEDETTE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()
if(VEDETTE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
