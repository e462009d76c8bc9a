// SPDX-License-Identifier: Apache-2.0
#include "engram/description.hpp"

#include <map>
#include <memory>
#include <optional>

#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "python/convert.hpp"

namespace engram::python {
namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Indices = py::array_t<std::uint64_t, py::array::c_style | py::array::forcecast>;

std::string type_name(const py::handle& object) {
    return py::str(py::type::handle_of(object).attr("__name__"));
}

/// Numbers or texts.
Value sequence_value(const std::string& name, const py::sequence& sequence) {
    const bool texts = py::len(sequence) > 0 && py::isinstance<py::str>(sequence[0]);
    try {
        if (texts) return sequence.cast<std::vector<std::string>>();
        const auto array = Doubles::ensure(sequence);
        if (array && array.ndim() == 1) return to_vector<double>(array);
        PyErr_Clear();
    } catch (const py::cast_error&) {
    }
    throw Error(name + " (must be a list of numbers, or of texts). Give one list of one kind");
}

std::vector<double> doubles_or_none(const std::optional<Doubles>& array) {
    return array ? to_vector<double>(*array) : std::vector<double>{};
}

Rule make_rule(const std::string& name, const py::dict& parameters,
               std::shared_ptr<ConnectionList> list) {
    Rule rule;
    rule.name = name;
    rule.parameters = to_parameters(parameters);
    rule.list = std::move(list);
    return rule;
}

std::optional<Value> optional_value(const char* name, const py::object& object) {
    if (object.is_none()) return std::nullopt;
    return to_value(name, object);
}

void connect(NetworkDescription& network, const std::string& source,
             const std::vector<std::string>& target, const Rule& rule, const std::string& model,
             const py::object& weight, const py::object& delay, std::optional<int> receptor_type,
             const std::string& name) {
    network.connect(source, target, rule,
                    {.model = model,
                     .weight = optional_value("weight", weight),
                     .delay = optional_value("delay", delay),
                     .receptor_type = receptor_type},
                    name);
}

void bind_random(py::module_& module) {
    py::class_<Random>(module, "Random", "A random value, drawn for each neuron or synapse.")
        .def_readonly("a", &Random::a)
        .def_readonly("b", &Random::b)
        .def_readonly("min", &Random::min)
        .def_readonly("max", &Random::max)
        .def_property_readonly(
            "kind",
            [](const Random& random) {
                constexpr const char* names[] = {"normal", "uniform", "lognormal", "exponential"};
                return names[static_cast<int>(random.kind)];
            })
        .def("__eq__", [](const Random& a, const Random& b) { return a == b; });
    module.def("normal", &normal);
    module.def("uniform", &uniform);
    module.def("lognormal", &lognormal);
    module.def("exponential", &exponential);
    module.def("redraw", &redraw);
}

}  // namespace

Value to_value(const std::string& name, const py::handle& object) {
    static const py::object numpy_bool = py::module_::import("numpy").attr("bool_");
    if (py::isinstance<py::bool_>(object) || py::isinstance(object, numpy_bool))
        return Value(object.cast<bool>());
    if (py::isinstance<py::str>(object)) return Value(object.cast<std::string>());
    if (py::isinstance<Random>(object)) return Value(object.cast<Random>());
    if (PyNumber_Check(object.ptr()) != 0 && py::hasattr(object, "__float__") &&
        !(py::hasattr(object, "ndim") && object.attr("ndim").cast<int>() > 0))
        return Value(py::float_(py::reinterpret_borrow<py::object>(object)).cast<double>());
    if (py::isinstance<py::sequence>(object) || py::hasattr(object, "__array__"))
        return sequence_value(name, py::list(py::reinterpret_borrow<py::object>(object)));
    throw Error(name + " is of type " + type_name(object) +
                " (must be a number, a text, a list of these, or random). Convert it");
}

Parameters to_parameters(const py::dict& values) {
    Parameters parameters;
    for (const auto& [key, value] : values) {
        const auto name = key.cast<std::string>();
        parameters[name] = to_value(name, value);
    }
    return parameters;
}

void bind_description(py::module_& module) {
    bind_random(module);
    py::class_<ConnectionList, std::shared_ptr<ConnectionList>>(module, "ConnectionList")
        .def(
            py::init([](const Indices& source, const Indices& target,
                        const std::optional<Doubles>& weight, const std::optional<Doubles>& delay) {
                return ConnectionList{to_vector<std::uint64_t>(source),
                                      to_vector<std::uint64_t>(target), doubles_or_none(weight),
                                      doubles_or_none(delay)};
            }));
    py::class_<Rule>(module, "Rule").def(py::init(&make_rule));
    py::class_<CheckpointOptions>(module, "CheckpointOptions")
        .def(py::init<>())
        .def_readwrite("every", &CheckpointOptions::every)
        .def_readwrite("folder", &CheckpointOptions::folder)
        .def_readwrite("max_wall", &CheckpointOptions::max_wall)
        .def_readwrite("keep", &CheckpointOptions::keep)
        .def_readwrite("connectivity", &CheckpointOptions::connectivity)
        .def_readwrite("on_failure", &CheckpointOptions::on_failure);
    using D = NetworkDescription;
    py::class_<D>(module, "Description")
        .def(py::init<>())
        .def_readwrite("resolution", &D::resolution)
        .def_readwrite("seed", &D::seed)
        .def_readwrite("duration", &D::duration)
        .def_readwrite("weight_precision", &D::weight_precision)
        .def_readwrite("checkpoints", &D::checkpoints)
        .def("population",
             [](D& d, const std::string& name, const std::string& model, std::uint64_t size,
                const py::dict& p) { return d.population(name, model, size, to_parameters(p)); })
        .def("copy_model",
             [](D& d, const std::string& copy_of, const std::string& name, const py::dict& p) {
                 return d.copy_model(copy_of, name, to_parameters(p));
             })
        .def("device", [](D& d, const std::string& name, const std::string& model,
                          const py::dict& p) { return d.device(name, model, to_parameters(p)); })
        .def("recorder",
             [](D& d, const std::string& name, const std::string& model,
                const std::vector<std::string>& from,
                const py::dict& p) { return d.recorder(name, model, from, to_parameters(p)); })
        .def("connect", &connect)
        .def("toml", &network_toml)
        .def("canonical", &canonical_text);
    module.def("read_network", [](const std::string& path, const std::vector<std::string>& set) {
        NetworkDescription network;  // NOLINT: a rank may fail alone to read
        parallel::collectively(world(), [&] { network = read_network(path, set); });
        return network;
    });
    module.def("parse_network", &parse_network);
}

}  // namespace engram::python
