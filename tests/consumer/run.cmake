# Builds and runs the first program of the README as a stranger's project, and compares its output
# with the README's. Needs FOLDER (ours), BUILD (our build folder), WORK, GENERATOR, and HOW:
# find_package (after an install into WORK) or add_subdirectory.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors
                  WORKING_DIRECTORY ${FOLDER})
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGV}\nexit status ${code}\n${output}${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# The text between the next ``` line after position FROM and the one that closes it.
function(next_block text from result_text result_end)
  string(SUBSTRING "${text}" ${from} -1 rest)
  string(FIND "${rest}" "```" begin)
  string(SUBSTRING "${rest}" ${begin} -1 block)
  string(FIND "${block}" "\n" line_end)
  math(EXPR line_end "${line_end} + 1")
  string(SUBSTRING "${block}" ${line_end} -1 block)
  string(FIND "${block}" "```" end)
  string(SUBSTRING "${block}" 0 ${end} inside)
  math(EXPR end "${from} + ${begin} + ${line_end} + ${end} + 3")
  set(${result_text} "${inside}" PARENT_SCOPE)
  set(${result_end} ${end} PARENT_SCOPE)
endfunction()

file(READ ${FOLDER}/README.md readme)
string(FIND "${readme}" "## A first program" start)
next_block("${readme}" ${start} program after)
next_block("${readme}" ${after} expected after)

file(REMOVE_RECURSE ${WORK})
file(WRITE ${WORK}/main.cpp "${program}")
if(HOW STREQUAL find_package)
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
  set(where -DCMAKE_PREFIX_PATH=${WORK}/prefix)
else()
  set(where -DMERCER_FOLDER=${FOLDER})
endif()
run(${CMAKE_COMMAND} -S ${FOLDER}/tests/consumer -B ${WORK}/build -G ${GENERATOR}
    -DPROGRAM=${WORK}/main.cpp ${where})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "The program prints\n${output}but the README says\n${expected}")
endif()
