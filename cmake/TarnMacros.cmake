# The building blocks: tarn_library (a room), tarn_tool, tarn_tablegen, tarn_unit_test.

# Headers that nearly every file of a side reads, compiled once for each side.
add_library(TarnPchMachine OBJECT ${CMAKE_CURRENT_LIST_DIR}/Pch.cpp)
target_precompile_headers(TarnPchMachine PRIVATE ${CMAKE_CURRENT_LIST_DIR}/PchMachine.h)
add_library(TarnPchCompiler OBJECT ${CMAKE_CURRENT_LIST_DIR}/Pch.cpp)
target_precompile_headers(TarnPchCompiler PRIVATE ${CMAKE_CURRENT_LIST_DIR}/PchCompiler.h)

# tarn_library(Name MACHINE|COMPILER [EXCEPTIONS] SOURCES file... [LINKS target...] [DEPENDS target...])
# One room. Rooms of the machine (no MLIR) go into libTarnMachine, those with MLIR into libTarnCompiler.
function(tarn_library name)
  cmake_parse_arguments(ARG "MACHINE;COMPILER;EXCEPTIONS" "" "SOURCES;LINKS;DEPENDS" ${ARGN})
  add_library(Tarn${name} OBJECT ${ARG_SOURCES})
  if(ARG_MACHINE)
    set_property(GLOBAL APPEND PROPERTY TARN_MACHINE_ROOMS Tarn${name})
  else()
    set_property(GLOBAL APPEND PROPERTY TARN_COMPILER_ROOMS Tarn${name})
    add_dependencies(Tarn${name} tarn-compiler-headers)
  endif()
  add_dependencies(Tarn${name} tarn-machine-headers)
  if(ARG_EXCEPTIONS)
    target_compile_options(Tarn${name} PRIVATE -fexceptions)
  elseif(ARG_MACHINE)
    target_precompile_headers(Tarn${name} REUSE_FROM TarnPchMachine)
  else()
    target_precompile_headers(Tarn${name} REUSE_FROM TarnPchCompiler)
  endif()
  target_link_libraries(Tarn${name} PRIVATE ${ARG_LINKS})
  if(ARG_DEPENDS)
    add_dependencies(Tarn${name} ${ARG_DEPENDS})
  endif()
endfunction()

# Tools share the precompiled headers of the libraries, so they are compiled as those are: -fPIC rather than -fPIE.
function(tarn_compile_as_library target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC)
endfunction()

# tarn_tool(name SOURCES file... LINKS TarnMachine|TarnCompiler)
function(tarn_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  tarn_compile_as_library(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS})
  add_dependencies(${name} tarn-machine-headers)
  if("TarnCompiler" IN_LIST ARG_LINKS)
    add_dependencies(${name} tarn-compiler-headers)
    target_precompile_headers(${name} REUSE_FROM TarnPchCompiler)
  else()
    target_precompile_headers(${name} REUSE_FROM TarnPchMachine)
  endif()
  set_property(GLOBAL APPEND PROPERTY TARN_TOOLS ${name})
endfunction()

# tarn_tablegen(output.inc generator-flag input.td): runs tarn-tblgen on the instruction records.
function(tarn_tablegen output flag input)
  file(GLOB tds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/tarn/ISA/*.td)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${output}
    COMMAND tarn-tblgen ${flag} -I ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/${input}
            -o ${CMAKE_CURRENT_BINARY_DIR}/${output}
    DEPENDS tarn-tblgen ${tds} COMMENT "Generating ${output}")
  set_property(DIRECTORY APPEND PROPERTY TARN_GENERATED ${CMAKE_CURRENT_BINARY_DIR}/${output})
endfunction()

# tarn_unit_test(Name SOURCES file... LINKS TarnMachine|TarnCompiler): a Google Test program, run by check-tarn.
function(tarn_unit_test name)
  cmake_parse_arguments(ARG "EXCEPTIONS" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}Tests ${ARG_SOURCES})
  tarn_compile_as_library(${name}Tests)
  target_link_libraries(${name}Tests PRIVATE ${ARG_LINKS} GTest::gtest_main)
  set_target_properties(${name}Tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/Unit)
  if(NOT ARG_EXCEPTIONS)
    if("TarnCompiler" IN_LIST ARG_LINKS)
      target_precompile_headers(${name}Tests REUSE_FROM TarnPchCompiler)
    else()
      target_precompile_headers(${name}Tests REUSE_FROM TarnPchMachine)
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY TARN_UNIT_TESTS ${name}Tests)
endfunction()

# tarn_passes(Stage): declarations of the passes in Passes.td of this folder.
function(tarn_passes stage)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${stage})
  add_public_tablegen_target(Tarn${stage}PassIncGen)
  set_property(GLOBAL APPEND PROPERTY TARN_COMPILER_TABLEGEN_TARGETS Tarn${stage}PassIncGen)
endfunction()
