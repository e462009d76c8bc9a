// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "engram/communicator.hpp"
#include "engram/description.hpp"

#include "models/registry.hpp"

namespace engram::python {

namespace py = pybind11;

/// A number, switch, text, array of numbers or texts, or Random. Throws Error that names `name`.
Value to_value(const std::string& name, const py::handle& object);
Parameters to_parameters(const py::dict& values);

/// An array of the elements, which it takes over without a copy.
template <class T>
py::array_t<T> to_array(std::vector<T> values) {
    auto* owned = new std::vector<T>(std::move(values));
    py::capsule owner(owned, [](void* vector) { delete static_cast<std::vector<T>*>(vector); });
    return py::array_t<T>(static_cast<py::ssize_t>(owned->size()), owned->data(), owner);
}

template <class T>
std::vector<T> to_vector(const py::array_t<T, py::array::c_style | py::array::forcecast>& array) {
    return std::vector<T>(array.data(), array.data() + array.size());
}

// Each adds its part to the module.
void bind_parallel(py::module_& module);
void bind_description(py::module_& module);
void bind_models(py::module_& module);
void bind_simulation(py::module_& module);

/// All ranks of the program; valid until finalize().
const Communicator& world();

}  // namespace engram::python
