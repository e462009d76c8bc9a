// SPDX-License-Identifier: Apache-2.0
// The Python module engram._engram: Engram's C++ interface for the package `engram` in python/,
// which is what users import.
#include "engram/error.hpp"
#include "engram/version.hpp"

#include "python/convert.hpp"

PYBIND11_MODULE(_engram, module) {
    namespace python = engram::python;
    pybind11::register_exception<engram::Error>(module, "Error", PyExc_RuntimeError);
    module.attr("version") = engram::version;
    python::bind_parallel(module);
    python::bind_description(module);
    python::bind_models(module);
    python::bind_simulation(module);
}
