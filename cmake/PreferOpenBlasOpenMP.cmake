# Finds BLAS and LAPACK. Unless the user chose a vendor (BLA_VENDOR), OpenBLAS's OpenMP build is
# preferred: it runs serially inside our parallel regions, where a pthread build would oversubscribe
# the cores. Debian keeps it in a folder of its own beside the other builds.
# A function, so that the search settings stay out of the caller's scope.
function(mercer_find_blas)
  if(NOT BLA_VENDOR)
    foreach(folder IN LISTS CMAKE_SYSTEM_PREFIX_PATH)
      file(GLOB found "${folder}/lib/*/openblas-openmp" "${folder}/lib64/openblas-openmp")
      list(PREPEND CMAKE_LIBRARY_PATH ${found})
    endforeach()
    set(BLA_VENDOR OpenBLAS)
    find_package(BLAS QUIET)
    if(NOT BLAS_FOUND)
      unset(BLA_VENDOR)
    endif()
  endif()
  find_package(BLAS REQUIRED)
  find_package(LAPACK REQUIRED)
endfunction()
mercer_find_blas()
