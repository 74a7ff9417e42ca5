# Google Highway: the target HWY::HWY, from its own package files or by its header and library.
find_path(HWY_INCLUDE_DIR hwy/highway.h)
find_library(HWY_LIBRARY hwy)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(HWY REQUIRED_VARS HWY_LIBRARY HWY_INCLUDE_DIR)
if(HWY_FOUND AND NOT TARGET HWY::HWY)
  add_library(HWY::HWY UNKNOWN IMPORTED)
  set_target_properties(HWY::HWY PROPERTIES IMPORTED_LOCATION ${HWY_LIBRARY}
                        INTERFACE_INCLUDE_DIRECTORIES ${HWY_INCLUDE_DIR})
endif()
mark_as_advanced(HWY_INCLUDE_DIR HWY_LIBRARY)
