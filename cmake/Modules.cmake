# One static library per module of tools/layers.txt, made of the sources in its folder and linked to
# the modules that the table allows; one test program per module from its *_test.cc files.

# Sets `out` to the module table: names in order, and VEDETTE_ALLOWED_<name>.
function(vedette_read_layers)
  file(STRINGS "${PROJECT_SOURCE_DIR}/tools/layers.txt" lines REGEX "^module ")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               "${PROJECT_SOURCE_DIR}/tools/layers.txt")
  set(names)
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^module +([^ ]+) *:(.*)$" _ "${line}")
    set(pattern "${CMAKE_MATCH_1}")
    string(STRIP "${CMAKE_MATCH_2}" allowed)
    separate_arguments(allowed)
    vedette_expand("${pattern}" folders)
    foreach(folder IN LISTS folders)
      if(NOT folder IN_LIST names)  # the first line that fits a folder counts
        list(APPEND names "${folder}")
        set(VEDETTE_ALLOWED_${folder} "${allowed}" PARENT_SCOPE)
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES names)
  set(VEDETTE_MODULES "${names}" PARENT_SCOPE)
endfunction()

# The folders under src/ that a table entry stands for.
function(vedette_expand pattern out)
  file(GLOB found LIST_DIRECTORIES true RELATIVE "${PROJECT_SOURCE_DIR}/src"
       CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${pattern}")
  set(folders)
  foreach(folder IN LISTS found)
    get_filename_component(name "${folder}" NAME)
    if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/src/${folder}" AND NOT name STREQUAL "testing")
      list(APPEND folders "${folder}")
    endif()
  endforeach()
  set(${out} "${folders}" PARENT_SCOPE)
endfunction()

function(vedette_target folder out)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "vedette_${name}" PARENT_SCOPE)
endfunction()

# Modules that compile longer than any test computes in them: their debug builds are not optimized.
set(VEDETTE_COLD api app decide evidence importer notify/channels release/compare rules/backtest
    rules/unit score sources topology)

# Sets `out` to the compile options of a module's own sources.
function(vedette_options folder out)
  set(${out} "" PARENT_SCOPE)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" OR folder STREQUAL "sources/remote_write")
    return()  # whose decoder sees every sample of the tests that send many
  endif()
  foreach(cold IN LISTS VEDETTE_COLD)
    if(folder MATCHES "^${cold}(/|$)")
      set(${out} -O0 PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

function(vedette_add_module folder)
  vedette_target("${folder}" target)
  set(dir "${PROJECT_SOURCE_DIR}/src/${folder}")
  file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cc" "${dir}/testing/*.cc")
  file(GLOB headers CONFIGURE_DEPENDS "${dir}/*.h" "${dir}/testing/*.h")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  if(NOT sources AND NOT headers)
    return()
  endif()
  # Headers stand alone. Where there is a source, it proves that by including its header first
  # (tools/check_style.py); for each of the others there is a source that does nothing else.
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.h$" "" stem "${header}")
    if(NOT EXISTS "${stem}.cc" AND NOT EXISTS "${stem}_test.cc")
      file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}/src" "${header}")
      file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/headers/${name}.cc" CONTENT "#include \"${name}\"\n")
      list(APPEND sources "${CMAKE_BINARY_DIR}/headers/${name}.cc")
    endif()
  endforeach()

  add_library(${target} STATIC ${sources})
  string(REGEX REPLACE "/.*" "" root "${folder}")
  vedette_options("${folder}" options)
  vedette_precompile(${target} source "${options}")
  target_link_libraries(${target}
    PUBLIC vedette_flags fmt::fmt tl::expected Threads::Threads ${VEDETTE_LIBS_${root}})
  foreach(allowed IN LISTS VEDETTE_ALLOWED_${folder})
    vedette_expand("${allowed}" dependencies)
    foreach(dependency IN LISTS dependencies)
      vedette_target("${dependency}" library)
      if(NOT dependency STREQUAL folder AND TARGET ${library})
        target_link_libraries(${target} PUBLIC ${library})
      endif()
    endforeach()
  endforeach()

  if(BUILD_TESTING AND tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gmock GTest::gtest_main)
    set(options -O0)  # a third of the time to compile
    if(folder STREQUAL "series")  # whose tests compute longer than they compile
      set(options)
    endif()
    vedette_precompile(${target}_test test "${options}")
    add_test(NAME ${folder} COMMAND ${target}_test)
    set_tests_properties(${folder} PROPERTIES LABELS unit TIMEOUT 3600)
  endif()
endfunction()

# Compiles files into a module: `function`, which `header` declares, gives them (tools/embed.py).
function(vedette_embed target header function arguments files)
  set(out "${CMAKE_BINARY_DIR}/embedded_${function}.cc")
  set(embed "${PROJECT_SOURCE_DIR}/tools/embed.py")
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${Python3_EXECUTABLE} "${embed}" "${out}" "${header}" "${function}" ${arguments}
    DEPENDS "${embed}" ${files})
  target_sources(${target} PRIVATE "${out}")
  # The assembler reads these: the object must follow them.
  set_source_files_properties("${out}" PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()

# The files of a folder of catalog/ into the app module.
function(vedette_embed_catalog folder header function)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/catalog/${folder}/*.yml")
  set(arguments)
  foreach(path IN LISTS files)
    get_filename_component(name "${path}" NAME)
    list(APPEND arguments "catalog/${folder}/${name}=${path}")
  endforeach()
  vedette_embed(vedette_app "${header}" "${function}" "${arguments}" "${files}")
endfunction()

# ui/dist and the OpenAPI document into the api module, what ships as YAML into app.
function(vedette_embed_files)
  set(openapi "${PROJECT_SOURCE_DIR}/src/api/openapi.json")
  file(GLOB_RECURSE dist CONFIGURE_DEPENDS "${VEDETTE_UI_DIST}/*")
  vedette_embed(vedette_api "api/static_files.h" EmbeddedUi
                "--folder;${VEDETTE_UI_DIST};/openapi.json=${openapi}" "${openapi};${dist}")
  vedette_embed_catalog(metrics "app/catalog.h" EmbeddedCatalog)
  vedette_embed_catalog(senders "app/senders.h" EmbeddedSenders)
  vedette_embed_catalog(scenarios "app/scenarios.h" EmbeddedScenarios)
  vedette_embed_catalog(demo "app/demo_config.h" EmbeddedDemo)
endfunction()

function(vedette_add_modules)
  if(NOT DEFINED BUILD_TESTING)
    set(BUILD_TESTING ON)
  endif()
  vedette_read_layers()
  foreach(folder IN LISTS VEDETTE_MODULES)
    vedette_add_module("${folder}")
  endforeach()
  vedette_embed_files()
  if(EXISTS "${PROJECT_SOURCE_DIR}/src/app/main.cc" AND TARGET vedette_app)
    add_executable(vedette "${PROJECT_SOURCE_DIR}/src/app/main.cc")
    target_link_libraries(vedette PRIVATE vedette_app)
    set_target_properties(vedette PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
    if(NOT VEDETTE_SANITIZE)
      target_link_libraries(vedette PRIVATE PkgConfig::jemalloc)
    endif()
  endif()
endfunction()
