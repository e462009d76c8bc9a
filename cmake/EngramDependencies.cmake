# SPDX-License-Identifier: Apache-2.0
# Everything Engram needs, found on the machine; nothing is downloaded.
set(HDF5_PREFER_PARALLEL ON)
find_package(MPI REQUIRED COMPONENTS C CXX)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR "This HDF5 is serial (Engram writes from all ranks). Install libhdf5-openmpi-dev.")
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

add_library(engram_dependencies INTERFACE)
target_include_directories(engram_dependencies SYSTEM INTERFACE
    ${RANDOM123_INCLUDE_DIR} ${CLI11_INCLUDE_DIR} ${XXHASH_INCLUDE_DIR})
target_link_libraries(engram_dependencies INTERFACE
    MPI::MPI_CXX HDF5::HDF5 Boost::mpi Boost::serialization Threads::Threads
    fmt::fmt tomlplusplus::tomlplusplus nlohmann_json::nlohmann_json)
target_compile_definitions(engram_dependencies INTERFACE OMPI_SKIP_MPICXX)  # its long-gone C++ bindings
