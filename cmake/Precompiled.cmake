# What most sources include of the standard library, fmt, nlohmann and tl::expected, parsed once per set
# of flags (docs/decisions/0029-time-to-build.md). Nobody may lean on it: tools/check_includes.py checks
# that what a file uses it includes, and g++ compiles all without it.

set(VEDETTE_PRECOMPILED
  <algorithm> <array> <atomic> <bit> <charconv> <chrono> <cmath> <condition_variable> <cstddef>
  <cstdint> <cstring> <deque> <functional> <limits> <map> <memory> <mutex> <optional> <set> <span>
  <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>
  <fmt/core.h> <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)

# Compiles `target` with the headers above, and with GoogleTest's when `kind` is test; `options` are
# the target's own compile options that must hold for the precompiled header too.
function(vedette_precompile target kind options)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  string(MAKE_C_IDENTIFIER "vedette_precompiled_${kind}${options}" precompiled)
  if(NOT TARGET ${precompiled})
    set(empty "${CMAKE_BINARY_DIR}/${precompiled}.cc")
    file(GENERATE OUTPUT "${empty}" CONTENT "")
    add_library(${precompiled} OBJECT "${empty}")
    target_compile_options(${precompiled} PRIVATE ${options})
    target_link_libraries(${precompiled} PRIVATE
      vedette_flags fmt::fmt tl::expected nlohmann_json::nlohmann_json Threads::Threads)
    target_precompile_headers(${precompiled} PRIVATE ${VEDETTE_PRECOMPILED})
    if(kind STREQUAL "test")
      target_link_libraries(${precompiled} PRIVATE GTest::gmock)
      target_precompile_headers(${precompiled} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
    endif()
  endif()
  target_compile_options(${target} PRIVATE ${options})
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
endfunction()
