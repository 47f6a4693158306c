# Debian packages (contrace: the tools; libcontrace-dev: the library to build with) and the tarball of the
# sources: cpack -G DEB; cpack --config CPackSourceConfig.cmake. The same bytes whatever the folders are
# called, with SOURCE_DATE_EPOCH in the environment: see tests/package.sh.
set(CPACK_PACKAGE_CONTACT "The contrace authors <contrace@authors.invalid>")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_COMPONENTS_ALL tools development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME contrace)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS tzdata)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "From mobile signaling, call records, GPS tracks and check-ins to a ranked,
explained list of the people who came close to a case, in one shell pipe:
ingest-signaling, build-trajectories, find-contacts and risk-rank; and
simulate-outbreak, a city with an outbreak whose truth is known.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcontrace-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libproj-dev, libgeos-dev, libcjson-dev, zlib1g-dev, libexpat1-dev, libinih-dev, libssl-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "What the tools of the package contrace do, as a library in C17 for other
programs: readers, spatiotemporal search, trajectories, contacts and risks.")

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME contrace-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES /\\.git/ "^${PROJECT_SOURCE_DIR}/build/")

foreach(component tools development)
  string(TOUPPER ${component} upper)
  set(doc ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES cmd/package/copyright DESTINATION ${doc} COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION ${doc} COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
